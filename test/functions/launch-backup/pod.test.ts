import {readFile} from 'node:fs/promises';
import test from 'ava';
import {
	containerOf, oneShot, startDesk, variablesOf, type JobObject, type PodSpec,
} from './desk.ts';
import {type Container} from '#shared/pods/pod-types.ts';
import {ownImage} from '#local/runtime.ts';

test('[B-006] a run is one Job in the namespace of the CR, which controls it', async t => {
	const {apply, jobOf, backup} = await startDesk(t);
	await apply(oneShot('daily'));
	const {apiVersion, metadata} = await jobOf('daily');
	const {metadata: {uid}} = await backup('daily');
	t.is(apiVersion, 'batch/v1');
	t.is(metadata.namespace, 'neo4j');
	t.deepEqual(metadata.ownerReferences, [{
		apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', name: 'daily', uid: uid!, controller: true, blockOwnerDeletion: true,
	}]);
});

const allContainers = ({initContainers, containers}: PodSpec): readonly Container[] => [...initContainers, ...containers];

test('[B-008] [B-009] neo4j-admin runs in the image that the target has at the time, the rest in the project\'s own, and no field names another', async t => {
	const {apply, jobsOf, finish, runNow, runtime: {kube}} = await startDesk(t);
	await apply(oneShot('daily'));
	await finish('daily');
	await kube.patch({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production-cluster',
	}, {spec: {image: {repo: 'registry.example.com/neo4j', tag: '2026.01.0-enterprise'}}});
	await runNow('daily', 'after-the-upgrade');
	const jobs = await jobsOf('daily');
	const images = jobs.map(job => Object.fromEntries(allContainers(job.spec.template.spec).map(({name, image}) => [name, image])));
	t.deepEqual(images, ['neo4j:2025.12.0-enterprise', 'registry.example.com/neo4j:2026.01.0-enterprise'].map(image => ({
		prepare: ownImage, backup: image, inspect: image, report: ownImage,
	})));
	t.notRegex(await readFile('crds/neo4jbackups.yaml', 'utf8'), /^ +\w*[iI]mage\w*:/mv);
});

test('[B-020] [B-021] the Pod reaches no Kubernetes API, and its account has no rights there', async t => {
	const {apply, jobOf, runtime: {kube}} = await startDesk(t);
	const roles = async () => {
		const counts: number[] = [];
		for (const kind of ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']) {
			for await (const page of kube.list({apiVersion: 'rbac.authorization.k8s.io/v1', kind})) {
				counts.push(page.length);
			}
		}

		return counts;
	};

	const before = await roles();
	await apply(oneShot('daily'));
	const {spec: {template: {spec}}} = await jobOf('daily');
	t.false(spec['automountServiceAccountToken']);
	t.deepEqual(spec.volumes.filter(volume => 'projected' in volume), []);
	t.deepEqual(await roles(), before);
});

test('every container of a backup Pod passes the restricted profile: uid 7474, read-only root, no privilege, no capability', async t => {
	const {apply, jobOf} = await startDesk(t);
	await apply(oneShot('daily'), oneShot('claimed', {storage: {type: 'pvc', pvc: {size: '1Gi'}}}));
	for (const name of ['daily', 'claimed']) {
		const {spec: {template: {spec}}} = await jobOf(name);
		t.like(spec['securityContext'], {
			runAsNonRoot: true, runAsUser: 7474, fsGroup: 7474, seccompProfile: {type: 'RuntimeDefault'},
		});
		t.deepEqual(['hostNetwork', 'hostPID', 'hostIPC'].filter(field => field in spec), []);
		t.deepEqual(spec.volumes.filter(volume => !('emptyDir' in volume || 'persistentVolumeClaim' in volume)), []);
		for (const {name: container, securityContext} of allContainers(spec)) {
			t.deepEqual(securityContext, {
				allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true, capabilities: {drop: ['ALL']}, seccompProfile: {type: 'RuntimeDefault'},
			}, `container ${container}`);
		}
	}
});

test('a Job tries four times, ends at once on 40 and 41 of our own containers, and forgives a disrupted node', async t => {
	const {apply, jobOf} = await startDesk(t);
	await apply(oneShot('daily'));
	const {spec} = await jobOf('daily');
	t.is(spec.backoffLimit, 3);
	t.like(spec, {podReplacementPolicy: 'Failed', ttlSecondsAfterFinished: 86_400});
	t.deepEqual((spec as unknown as {podFailurePolicy: unknown}).podFailurePolicy, {
		rules: [
			{action: 'Ignore', onPodConditions: [{type: 'DisruptionTarget', status: 'True'}]},
			{action: 'FailJob', onExitCodes: {containerName: 'report', operator: 'In', values: [40, 41]}},
			{action: 'FailJob', onExitCodes: {containerName: 'prepare', operator: 'In', values: [40, 41]}},
		],
	});
	t.deepEqual(spec.template.metadata.annotations, {'kubectl.kubernetes.io/default-container': 'backup'});
});

test('[X-053] children carry the labels of the project, and none of whoever deploys the CR', async t => {
	const {apply, jobOf} = await startDesk(t);
	const tracking = {
		labels: {'argocd.argoproj.io/instance': 'app', 'kustomize.toolkit.fluxcd.io/name': 'app', 'app.kubernetes.io/managed-by': 'Helm'},
		annotations: {'argocd.argoproj.io/tracking-id': 'app:x', 'meta.helm.sh/release-name': 'app'},
	};
	await apply(oneShot('daily', {}, tracking));
	const {metadata, spec: {template}} = await jobOf('daily');
	t.deepEqual(metadata.labels, {
		'app.kubernetes.io/name': 'neo4j-backup',
		'app.kubernetes.io/instance': 'daily',
		'app.kubernetes.io/component': 'backup',
		'app.kubernetes.io/managed-by': 'neo4j-backup-functions',
		'neo4j.com/backup': 'daily',
		'neo4j.com/run': metadata.labels!['neo4j.com/run']!,
	});
	t.is(metadata.annotations, undefined);
	t.like(template.metadata.labels, {...metadata.labels});
	t.deepEqual(Object.keys(template.metadata.annotations ?? {}), ['kubectl.kubernetes.io/default-container']);
	t.true(metadata.ownerReferences?.[0]?.controller);
});

const longest = (last: string): string => `${'b'.repeat(62)}${last}`;

test('[X-020] two CRs of 63 characters that differ in the last run side by side', async t => {
	const {apply, jobOf} = await startDesk(t);
	await apply(oneShot(longest('1')), oneShot(longest('2')));
	const names: string[] = [];
	for (const last of ['1', '2']) {
		const {metadata: {name}} = await jobOf(longest(last));
		names.push(name);
	}

	t.not(names[0], names[1]);
	t.true(names.every(name => name.length <= 63));
});

const tlsConfig = ['server.backup.listen_address=0.0.0.0:6362', 'dbms.ssl.policy.backup.enabled=true', 'dbms.ssl.policy.backup.base_directory=/ssl/backup', 'dbms.ssl.policy.backup.client_auth=REQUIRE'].join('\n');

const giveTLS = async (kube: Awaited<ReturnType<typeof startDesk>>['runtime']['kube']): Promise<void> => {
	await kube.patch({
		apiVersion: 'v1', kind: 'ConfigMap', namespace: 'neo4j', name: 'production-cluster-config',
	}, {data: {'neo4j.conf': tlsConfig}});
	await kube.patch({
		apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'neo4j', name: 'production-cluster-server',
	}, {
		spec: {
			template: {
				spec: {
					containers: [{name: 'neo4j', image: 'neo4j:2025.12.0-enterprise', volumeMounts: [{name: 'tls', mountPath: '/ssl'}]}], volumes: [{name: 'tls', secret: {secretName: 'backup-tls'}}],
				},
			},
		},
	});
};

test('[X-025] image pull secrets, nodes, the TLS policy of the backup port, the licence and the admin Secret are the target\'s', async t => {
	const {apply, jobOf, runtime: {kube}} = await startDesk(t);
	await kube.patch({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production-cluster',
	}, {
		spec: {
			image: {pullSecrets: ['registry']}, auth: {adminSecret: 'other-admin'}, nodeSelector: {disk: 'fast'}, tolerations: [{key: 'neo4j', operator: 'Exists'}],
		},
	});
	await apply({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'other-admin'}, stringData: {NEO4J_AUTH: 'neo4j/a-long-password'},
	});
	await apply(oneShot('licensed'));
	t.is(variablesOf(await jobOf('licensed'), 'backup')['NEO4J_ACCEPT_LICENSE_AGREEMENT'], 'yes');
	t.deepEqual(runOf(await jobOf('licensed'))['requested'], ['mydb', 'neo4j', 'system']);
	await giveTLS(kube);
	await apply(oneShot('encrypted'));
	const job = await jobOf('encrypted');
	const {spec: {template: {spec}}} = job;
	t.deepEqual(spec['imagePullSecrets'], [{name: 'registry'}]);
	t.deepEqual(spec['nodeSelector'], {disk: 'fast'});
	t.like(spec['tolerations'], [{key: 'neo4j', operator: 'Exists'}]);
	t.deepEqual(runOf(job)['settings'], {'dbms.ssl.policy.backup.enabled': 'true', 'dbms.ssl.policy.backup.base_directory': '/ssl/backup', 'dbms.ssl.policy.backup.client_auth': 'REQUIRE'});
	t.like(spec.volumes.find(({name}) => name === 'backup-tls-0'), {secret: {secretName: 'backup-tls'}});
	t.like(containerOf(job, 'backup').volumeMounts.find(({name}) => name === 'backup-tls-0'), {mountPath: '/ssl', readOnly: true});
	t.true(containerOf(job, 'backup').args.includes('--additional-config=/backup-run/additional.conf'));
});

const runOf = (job: JobObject) => JSON.parse(variablesOf(job, 'report')['BACKUP_RUN']!) as Readonly<Record<string, unknown>>;
