import {backupScript, inspectScript, verifyScript} from './scripts.ts';
import {
	type Container, type EnvironmentVariable, type Volume, type VolumeMount,
} from '#shared/pods/pod-types.ts';
import {keyMount, keyVariable, keyVolume} from '#shared/pods/key-volume.ts';
import {restrictedContainer, restrictedPod} from '#shared/pods/restricted-pod.ts';
import {literal} from '#shared/pods/literal.ts';
import {type StoreAccess} from '#shared/pods/store-access.ts';
import {type ResolvedTarget} from '#shared/neo4j/target.ts';
import {
	podPaths, runSpecVariable, type RunSpec,
} from '#shared/runs/run-spec.ts';

export type PodInput = {
	readonly spec: RunSpec;
	readonly target: ResolvedTarget;
	readonly access: StoreAccess;
	/** The project's own image. */
	readonly image: string;
	readonly serviceAccountName: string;
	/** The whole command line of neo4j-admin. */
	readonly backupArguments: readonly string[];
	/** Options of `neo4j-admin backup inspect` on this version. */
	readonly inspectArguments: readonly string[];
	/** What `verify` is told on this version, where it is asked for. */
	readonly verifyArguments: readonly string[];
	/** Folder or URI that neo4j-admin writes to, with its closing slash. */
	readonly toPath: string;
	/** Folder in which neo4j-admin stages. */
	readonly temporaryPath: string;
	readonly temporaryVolume: Omit<Volume, 'name'>;
	readonly resources?: Record<string, unknown>;
	readonly podLabels?: Readonly<Record<string, string>>;
};

/**
The Pod of one attempt: `prepare` checks whose directory it is, `backup` runs neo4j-admin, `inspect` reads what it wrote, `gather` and `verify` check it where that is asked for, `encrypt` brings it into the store encrypted where that is, `report` proves and records it. Their order is what makes a run safe: nothing is written before the owner is known, nothing counts before it was seen in the store.
*/
export const podSpec = (input: PodInput): Record<string, unknown> => {
	const {target, access, serviceAccountName, temporaryVolume} = input;
	return {
		...restrictedPod(serviceAccountName),
		...(target.imagePullSecrets.length > 0 && {imagePullSecrets: target.imagePullSecrets.map(name => ({name}))}),
		...(target.nodeSelector && {nodeSelector: target.nodeSelector}),
		...(target.tolerations && {tolerations: target.tolerations}),
		initContainers: [prepare(input), backup(input), inspect(input), ...input.spec.verify ? [gather(input), verify(input)] : [], ...input.spec.encryption ? [encrypt(input)] : []],
		containers: [report(input)],
		volumes: [
			{name: 'run', emptyDir: {}},
			{name: 'tmp', emptyDir: {}},
			{name: 'temporary', ...temporaryVolume},
			...access.volumes,
			...target.backupTLS?.volumes ?? [],
			...keyVolume(input.spec.encryption),
		],
	};
};

const runMount: VolumeMount = {name: 'run', mountPath: podPaths.run};
const tmpMount: VolumeMount = {name: 'tmp', mountPath: '/tmp'};
const runFolder: EnvironmentVariable = {name: 'RUN_FOLDER', value: podPaths.run};

/** Staged artifacts share the volume for temporary files, and with it `tempStorage`. What neo4j-admin stages in must be empty, which the root of a claim need not be (`lost+found`): so each has a folder of its own. */
const artifactsMount = ({staging}: RunSpec): readonly VolumeMount[] => staging ? [{name: 'temporary', mountPath: staging, subPath: 'artifacts'}] : [];

const temporaryMount = ({spec: {staging, emptied}, temporaryPath}: Pick<PodInput, 'spec' | 'temporaryPath'>): VolumeMount => ({name: 'temporary', mountPath: temporaryPath, ...((staging ?? emptied) && {subPath: 'temporary'})});

const own = ({image, spec, access}: PodInput, name: string): Container => ({
	name,
	image,
	args: [`${name}.mjs`],
	env: [
		{name: runSpecVariable, value: literal(JSON.stringify(spec))},
		runFolder,
		{name: 'TERMINATION_LOG', value: '/dev/termination-log'},
		{name: 'POD_NAME', valueFrom: {fieldRef: {fieldPath: 'metadata.name'}}},
		...access.own.env,
	],
	volumeMounts: [runMount, tmpMount, ...artifactsMount(spec), ...access.own.mounts],
	resources: {requests: {cpu: '50m', memory: '128Mi'}, limits: {memory: '512Mi'}},
	terminationMessagePolicy: 'File',
	securityContext: restrictedContainer,
});

/** It decrypts where a catalogue was lost, and empties what the attempts of a run share. */
const prepare = (input: PodInput): Container => {
	const base = own(input, 'prepare');
	const emptying = input.spec.emptied ? {...base, volumeMounts: [...base.volumeMounts, temporaryMount(input)]} : base;
	return input.spec.encryption ? withKey(emptying) : emptying;
};

const withKey = (base: Container): Container => ({
	...base,
	env: [...base.env, keyVariable],
	volumeMounts: [...base.volumeMounts, keyMount],
});

const encrypt = (input: PodInput): Container => {
	const base = withKey(own(input, 'encrypt'));
	return {
		...base,
		// Parts of an upload grow with the artifact.
		resources: {requests: {cpu: '250m', memory: '256Mi'}, limits: {memory: '1Gi'}},
	};
};

const report = (input: PodInput): Container => own(input, 'report');

const scratch = ({temporaryPath}: PodInput): EnvironmentVariable => ({name: 'SCRATCH', value: `${temporaryPath}/verify`});

const gather = (input: PodInput): Container => {
	const base = own(input, 'gather');
	return {...base, env: [...base.env, scratch(input)], volumeMounts: [...base.volumeMounts, temporaryMount(input)]};
};

const admin = ({spec, target, access, temporaryPath, resources}: PodInput, name: string): Omit<Container, 'command' | 'args'> => ({
	name,
	image: target.image,
	...(target.imagePullPolicy && {imagePullPolicy: target.imagePullPolicy}),
	env: [runFolder, ...(target.licence ? [target.licence] : []), ...access.admin.env],
	volumeMounts: [
		runMount,
		tmpMount,
		temporaryMount({spec, temporaryPath}),
		...artifactsMount(spec),
		...access.admin.mounts,
		...target.backupTLS?.mounts ?? [],
	],
	...(resources && {resources}),
	securityContext: restrictedContainer,
});

const backup = (input: PodInput): Container => {
	const base = admin(input, 'backup');
	return {
		...base,
		command: ['/bin/sh', '-c', backupScript, 'backup'],
		args: input.backupArguments.map(argument => literal(argument)),
		env: [...base.env, {name: 'DATABASE_COUNT', value: String(input.spec.databases.length)}],
	};
};

const inspect = (input: PodInput): Container => {
	const base = admin(input, 'inspect');
	return {
		...base,
		command: ['/bin/sh', '-c', inspectScript, 'inspect'],
		args: input.inspectArguments,
		env: [...base.env, {name: 'ARTIFACTS', value: input.toPath}],
	};
};

const verify = (input: PodInput): Container => {
	const base = admin(input, 'verify');
	return {
		...base,
		command: ['/bin/sh', '-c', verifyScript, 'verify'],
		args: input.verifyArguments,
		env: [...base.env, scratch(input)],
	};
};
