import {type SweepStorage} from './sweep-storage.ts';
import {labels} from '#shared/api/group.ts';
import {childName, shortHash} from '#shared/api/names.ts';
import {controllerReference, type KubeObject} from '#shared/kube/object.ts';
import {sweepSpecVariable, type SweepSpec} from '#shared/retention/sweep-spec.ts';
import {restrictedContainer, restrictedPod} from '#shared/pods/restricted-pod.ts';
import {authoritiesFile, authoritiesMount, authoritiesVolume} from '#shared/runs/authorities-mount.ts';
import {podPaths} from '#shared/runs/run-spec.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/** A sweep that has not ended by then, its Pod's start included, is ended: the next one goes on, with a plan of its own time. Where a run had the volume all the while, job-completed calls that waiting. */
const deadlineSeconds = 600;

/** Time for its outcome to be recorded, in seconds. */
const timeToLive = 3600;

/**
The name of the Job of a CR's next sweep. It follows from the last sweep on record, so that however many ask for a sweep there is one Job, and another only once its outcome is recorded.
*/
const sweepJobName = ({metadata: {name, uid}, status}: Neo4jBackup): string =>
	childName(name, `sweep-${shortHash(uid!, status?.retention?.lastSweepTime ?? 'first')}`);

export type SweepJobInput = {
	/** In place of the name of the next sweep. */
	readonly name?: string;
	readonly backup: Neo4jBackup;
	readonly spec: SweepSpec;
	readonly storage: SweepStorage;
	readonly image: string;
};

/**
The Job that sweeps where the function cannot reach: a claim, or a bucket that only the CR's own account may open. Its Pods lack the label by which users follow the log of a backup (decision D11).
*/
export const sweepJob = ({
	backup, spec, storage, image, name: jobName = sweepJobName(backup),
}: SweepJobInput): KubeObject & {readonly spec: Record<string, unknown>} => {
	const {name, namespace} = backup.metadata;
	const podLabels = {
		[labels.name]: 'neo4j-backup', [labels.instance]: name, [labels.component]: 'sweep', [labels.managedBy]: 'neo4j-backup-functions',
	};
	return {
		apiVersion: 'batch/v1',
		kind: 'Job',
		metadata: {
			name: jobName,
			namespace: namespace!,
			labels: {...podLabels, [labels.backup]: name},
			ownerReferences: [controllerReference(backup)],
		},
		spec: {
			backoffLimit: 1,
			activeDeadlineSeconds: deadlineSeconds,
			ttlSecondsAfterFinished: timeToLive,
			podReplacementPolicy: 'Failed',
			template: {
				metadata: {labels: {...podLabels, ...(spec.location.type === 'azure' && {'azure.workload.identity/use': 'true'})}},
				spec: podSpec({spec, storage, image}),
			},
		},
	};
};

const podSpec = ({spec, storage, image}: Omit<SweepJobInput, 'backup'>): Record<string, unknown> => ({
	...restrictedPod(storage.serviceAccountName),
	containers: [{
		name: 'sweep',
		image,
		args: ['sweep.mjs'],
		env: [
			{name: sweepSpecVariable, value: JSON.stringify(spec)},
			{name: 'TERMINATION_LOG', value: '/dev/termination-log'},
			...(storage.authorities ? [{name: 'NODE_EXTRA_CA_CERTS', value: authoritiesFile}] : []),
			...(spec.location.region ? ['AWS_REGION', 'AWS_DEFAULT_REGION'].map(name => ({name, value: spec.location.region!})) : []),
		],
		volumeMounts: [
			{name: 'tmp', mountPath: '/tmp'},
			...(storage.claimName ? [{name: 'storage', mountPath: podPaths.storage}] : []),
			...(storage.authorities ? [authoritiesMount] : []),
		],
		resources: {requests: {cpu: '50m', memory: '128Mi'}, limits: {memory: '1Gi'}},
		terminationMessagePolicy: 'File',
		securityContext: restrictedContainer,
	}],
	volumes: [
		{name: 'tmp', emptyDir: {}},
		...(storage.claimName ? [{name: 'storage', persistentVolumeClaim: {claimName: storage.claimName}}] : []),
		...(storage.authorities ? [authoritiesVolume(storage.authorities.secretName)] : []),
	],
});
