import {childLabels, childMetadata} from './child.ts';
import {mayReplace} from './may-be-down.ts';
import {consistencyCheck} from './option-problem.ts';
import {ownContainer} from './own-container.ts';
import {podLabels, restoreJobSpec} from './resolve-job.ts';
import {restrictedContainer, restrictedPod} from '#shared/pods/restricted-pod.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type FoundStorage} from '#shared/pods/find-storage.ts';
import {keyVolume} from '#shared/pods/key-volume.ts';
import {literal} from '#shared/pods/literal.ts';
import {type Container} from '#shared/pods/pod-types.ts';
import {parseEncryptedName} from '#shared/encryption/algorithm.ts';
import {present} from '#shared/present.ts';
import {newestArtifact} from '#shared/restore/end-restore.ts';
import {type FoundRestoreTarget} from '#shared/restore/find-target.ts';
import {restoreArguments} from '#shared/restore/restore-command.ts';
import {type RestoreJobSpec} from '#shared/restore/restore-spec.ts';
import {type Neo4jRestore} from '#shared/restore/status.ts';
import {type RunEncryption} from '#shared/runs/run-spec.ts';
import {parseDuration} from '#shared/schedule/duration.ts';

type Input = {
	readonly restore: Neo4jRestore;
	readonly target: FoundRestoreTarget;
	readonly storage: FoundStorage;
	/** The project's own image. */
	readonly image: string;
	readonly encryption?: RunEncryption;
	/** The node of server 0, where that goes on running: its volume can be mounted there alone. */
	readonly node?: string;
};

/** Where neo4j-admin stages when the user names no `tempPath`, and where artifacts lie that our own image fetched. */
const folders = {temporary: '/restore-temp', source: '/restore-source'} as const;

/**
The Job of a restore: in one Pod, one container after the other, `fetch` (our image) where neo4j-admin cannot read the source itself, `restore` and perhaps `check` (the target's image) on the volume of server 0, and `release` (our image), which lets go of the source. It has one attempt: what a second one would find is not what the first one did (decision D51).
*/
export const restoreJobManifest = (input: Input): KubeObject & {readonly spec: Record<string, unknown>} => {
	const {restore, storage} = input;
	const {timeout} = restore.spec;
	return {
		apiVersion: 'batch/v1',
		kind: 'Job',
		metadata: childMetadata(restore, 'restore', 'restore'),
		spec: {
			backoffLimit: 0,
			ttlSecondsAfterFinished: 86_400,
			podReplacementPolicy: 'Failed',
			...(timeout && {activeDeadlineSeconds: Math.floor(parseDuration(timeout, 'spec.timeout') / 1000)}),
			template: {
				metadata: {labels: {...childLabels(restore, 'restore'), ...podLabels(storage)}, annotations: {'kubectl.kubernetes.io/default-container': 'restore'}},
				spec: podSpec(input),
			},
		},
	};
};

const podSpec = (input: Input): Record<string, unknown> => {
	const {target, storage, encryption, restore: {spec: {options}}, node} = input;
	const spec = artifactSpec(input);
	return {
		...restrictedPod(storage.serviceAccountName),
		...(target.imagePullSecrets.length > 0 && {imagePullSecrets: target.imagePullSecrets.map(name => ({name}))}),
		...(target.nodeSelector && {nodeSelector: target.nodeSelector}),
		...(target.tolerations && {tolerations: target.tolerations}),
		...(node && {affinity: onNode(node)}),
		initContainers: [
			...isFetched(input) ? [fetch(input, spec)] : [],
			restore(input),
			...options?.additionalArgs?.includes(consistencyCheck) ? [check(input)] : [],
		],
		containers: [ownContainer('release', {image: input.image, storage, spec})],
		volumes: [
			{name: 'tmp', emptyDir: {}},
			{name: 'temporary', ...temporaryVolume(input)},
			{name: 'data', persistentVolumeClaim: {claimName: target.claim}},
			...storage.access.volumes,
			...isFetched(input) ? keyVolume(encryption) : [],
		],
	};
};

const onNode = (node: string) => ({
	nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: 'metadata.name', operator: 'In', values: [node]}]}]}},
});

/** Gone with the Pod, whatever becomes of that. */
const temporaryVolume = ({restore: {spec: {options}}}: Input) => options?.tempStorage
	? {ephemeral: {volumeClaimTemplate: {spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: options.tempStorage.size}}, ...present({storageClassName: options.tempStorage.storageClassName})}}}}
	: {emptyDir: {}};

/** An encrypted artifact, one behind an account key, and one behind a private authority is of no use to neo4j-admin where it lies. */
const isFetched = ({storage, encryption}: Input): boolean => encryption !== undefined || !storage.isNative || storage.hasOwnAuthority;

/** Exactly what was resolved, whatever was backed up since. */
const artifactSpec = (input: Input): RestoreJobSpec => ({
	...restoreJobSpec({...input, source: {storage: input.restore.status!.resolvedSource!.storage!, ...present({backupRef: input.restore.status!.resolvedSource!.backupRef})}}),
	wanted: {kind: 'artifact', name: newestArtifact(input.restore)},
});

const sourceMount = {name: 'temporary', mountPath: folders.source, subPath: 'source'} as const;

const fetch = (input: Input, spec: RestoreJobSpec): Container => ownContainer('fetch', {
	image: input.image, storage: input.storage, spec, env: [{name: 'RESTORE_FOLDER', value: folders.source}], mounts: [sourceMount], ...present({encryption: input.encryption}),
});

const admin = (input: Input, name: string): Omit<Container, 'command' | 'args'> => {
	const {target, storage, restore: {spec: {options}}} = input;
	const temporary = options?.tempPath ?? folders.temporary;
	return {
		name,
		image: target.image,
		...present({imagePullPolicy: target.imagePullPolicy}),
		workingDir: '/tmp',
		env: [...target.licence ? [target.licence] : [], ...isFetched(input) ? [] : storage.access.admin.env],
		volumeMounts: [
			{name: 'tmp', mountPath: '/tmp'},
			{name: 'temporary', mountPath: temporary, subPath: 'temporary'},
			...target.dataMounts.map(mount => ({name: 'data', ...mount})),
			...isFetched(input) ? [sourceMount] : storage.access.admin.mounts,
		],
		// What neo4j-admin said last is why it failed.
		terminationMessagePolicy: 'FallbackToLogsOnError',
		securityContext: restrictedContainer,
	};
};

const restore = (input: Input): Container => {
	const {restore: {spec}} = input;
	const {options, source, databaseName} = spec;
	const [program, ...words] = restoreArguments(databaseName, fromPath(input), {
		overwrites: mayReplace(spec),
		temporaryPath: options?.tempPath ?? folders.temporary,
		additional: (options?.additionalArgs ?? []).filter(argument => argument !== consistencyCheck),
		...present({until: source.pointInTime === undefined ? undefined : new Date(source.pointInTime)}),
	});
	return {...admin(input, 'restore'), command: [program!], args: words.map(word => literal(word))};
};

const check = (input: Input): Container => ({
	...admin(input, 'check'), command: ['neo4j-admin'], args: ['database', 'check', literal(input.restore.spec.databaseName), '--max-off-heap-memory=50%', '--report-path=/tmp'],
});

const fromPath = (input: Input): string => {
	const {storage, restore} = input;
	const name = newestArtifact(restore);
	if (isFetched(input)) {
		return `${folders.source}/${parseEncryptedName(name)?.plainName ?? name}`;
	}

	return `${storage.uri}${name}`;
};
