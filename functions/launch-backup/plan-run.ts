import {backoffLimit, type JobInput} from './backup-job.ts';
import {type LaunchDependencies} from './deps.ts';
import {effectiveType, type TypeDecision} from './effective-type.ts';
import {findEncryption} from './encryption-key.ts';
import {findRunTarget} from './find-run-target.ts';
import {findRunStorage, type RunStorage} from './find-run-storage.ts';
import {knownDirectory} from './known-directory.ts';
import {optionProblem} from './option-problem.ts';
import {requestedDatabases} from './requested-databases.ts';
import {temporaryClaim, type Claim} from './temporary-claim.ts';
import {type WantedRun} from './wanted-run.ts';
import {annotations} from '#shared/api/group.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {clusterUID} from '#shared/kube/cluster-uid.ts';
import {backupArguments, inspectArguments} from '#shared/neo4j/backup-arguments.ts';
import {verifyArguments} from '#shared/neo4j/check-arguments.ts';
import {type ResolvedTarget} from '#shared/neo4j/target.ts';
import {versionLine} from '#shared/neo4j/versions.ts';
import {present} from '#shared/present.ts';
import {newestFinished} from '#shared/runs/history.ts';
import {
	podPaths, runFiles, type RunEncryption, type RunSpec,
} from '#shared/runs/run-spec.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {maxChainLength} from '#shared/schedule/chain-length.ts';
import {parseDuration} from '#shared/schedule/duration.ts';

export type RunPlan = {
	readonly job: JobInput;
	readonly type: TypeDecision;
	readonly target: ResolvedTarget;
	readonly storage: RunStorage;
};

export type PlanDependencies = LaunchDependencies & {
	/** For what is looked up; `kube` when absent. */
	readonly reads?: KubeClient;
};

/**
Everything that a run needs, looked up and checked before anything of it exists. What is not there yet is a NotYetError, what the user must mend a ConfigurationError.
*/
export const planRun = async ({reads, ...given}: PlanDependencies, backup: Neo4jBackup, run: WantedRun, now: Date): Promise<RunPlan> => {
	const dependencies = {...given, kube: reads ?? given.kube};
	const target = await findRunTarget(dependencies, backup);
	const problem = optionProblem(backup.spec, target.version);
	if (problem) {
		throw problem;
	}

	const encryption = await findEncryption(dependencies.kube, backup);
	const storage = await findRunStorage(dependencies, backup, encryption);
	const type = typeOf(backup, run, {target, storage});
	const requested = await requestedOf(dependencies, backup, target);
	const spec = runSpec({
		backup, run, target, storage, type, requested, now, cluster: await clusterUID(given.kube), ...present({encryption}),
	});
	return {
		type, target, storage, job: jobInput({
			backup, run, target, storage, spec, image: dependencies.config.image,
		}),
	};
};

const typeOf = ({status}: Neo4jBackup, {wantedType, sentAs}: WantedRun, {target, storage}: {target: ResolvedTarget; storage: RunStorage}): TypeDecision => {
	if (sentAs) {
		return {type: sentAs};
	}

	if (storage.unreadable && wantedType === 'DIFF') {
		throw new ConfigurationError(`spec.options.backupType: DIFF cannot be taken, because ${storage.unreadable}; use FULL or AUTO, or without encryption workload identity, or a Secret with AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET`, 'DiffNotPossible');
	}

	return effectiveType({
		wanted: wantedType, status, target, ...present({alwaysFull: storage.unreadable}),
	});
};

const databasesOf = ({spec: {target}}: Neo4jBackup): readonly string[] => target.kind === 'Cluster' ? ['*'] : [target.name];

const requestedOf = async (dependencies: LaunchDependencies, backup: Neo4jBackup, target: ResolvedTarget): Promise<readonly string[] | undefined> =>
	backup.spec.target.kind === 'Database' ? databasesOf(backup) : requestedDatabases(dependencies, target, newestFinished(backup.status?.history));

type SpecInput = {
	readonly backup: Neo4jBackup; readonly run: WantedRun; readonly target: ResolvedTarget; readonly storage: RunStorage;
	readonly type: TypeDecision; readonly requested: readonly string[] | undefined; readonly now: Date; readonly cluster: string;
	readonly encryption?: RunEncryption;
};

const runSpec = ({backup, run, target, storage, type, requested, now, cluster, encryption}: SpecInput): RunSpec => ({
	runID: run.runID,
	trigger: run.trigger,
	startedAt: now.toISOString(),
	maxAttempts: backoffLimit + 1,
	owner: {cluster, namespace: backup.metadata.namespace!, name: backup.metadata.name},
	adoptStorage: backup.metadata.annotations?.[annotations.adoptStorage] === 'true',
	...present({known: knownDirectory(backup)}),
	location: storage.location,
	databases: databasesOf(backup),
	type: type.type,
	wantedType: run.wantedType,
	target: {
		uid: target.uid, kind: target.kind, namespace: target.namespace, name: target.name, ...present({version: target.version, timeline: target.timeline}),
	},
	timeline: [(target.version && versionLine(target.version)) ?? 'unknown', target.timeline].filter(Boolean).join('-'),
	policy: present({maxChainLength: maxChainLength(backup.spec), maxCount: backup.spec.retention?.maxCount, maxAgeMs: maxAgeOf(backup)}),
	...(backup.spec.retention?.cloud && {sweepDeletes: true}),
	...(backup.spec.options?.verify && {verify: true, skipRecovery: backup.spec.options.skipRecovery === true}),
	...present({
		staging: storage.staging, emptied: sharedFolders(backup, storage), encryption, requested, scheduledTime: run.scheduledTime?.toISOString(), settings: target.backupTLS?.settings,
	}),
});

const maxAgeOf = ({spec: {retention}}: Neo4jBackup): number | undefined => retention?.maxAge ? parseDuration(retention.maxAge, 'spec.retention.maxAge') : undefined;

const jobInput = ({backup, run, target, storage, spec, image}: Omit<SpecInput, 'type' | 'requested' | 'now' | 'cluster' | 'encryption'> & {spec: RunSpec; image: string}): JobInput => {
	const options = backup.spec.options ?? {};
	const claim = temporaryClaim(backup, run);
	const toPath = storage.staging ? `${storage.staging}/` : storage.uri;
	return {
		backup,
		spec,
		jobName: run.jobName,
		deadlineSeconds: Math.floor(parseDuration(options.timeout ?? '24h', 'spec.options.timeout') / 1000),
		target,
		access: storage.access,
		image,
		serviceAccountName: storage.serviceAccountName,
		toPath,
		temporaryPath: temporaryPath(backup),
		temporaryVolume: temporaryVolume(claim),
		backupArguments: backupArguments({
			databases: spec.databases,
			from: target.servers,
			toPath,
			type: spec.type,
			options: {...options, additionalArgs: [...configArguments(target), ...options.additionalArgs ?? []]},
			temporaryPath: temporaryPath(backup),
		}),
		inspectArguments: inspectArguments(target.version),
		verifyArguments: verifyArguments(target.version),
		...present({resources: options.resources, temporaryClaim: claim}),
		...(spec.location.type === 'azure' && {podLabels: {'azure.workload.identity/use': 'true'}}),
	};
};

/** A target whose backup port speaks TLS is reached with its own settings, which `prepare` writes into a file. */
const configArguments = ({backupTLS}: ResolvedTarget): readonly string[] => backupTLS ? [`--additional-config=${podPaths.run}/${runFiles.config}`] : [];

/** What lies on the claim of `tempStorage`, if there is one. */
const sharedFolders = (backup: Neo4jBackup, {staging}: RunStorage): readonly string[] | undefined =>
	backup.spec.options?.tempStorage && [temporaryPath(backup), ...staging ? [staging] : []];

const temporaryPath = ({spec: {options}}: Neo4jBackup): string => options?.tempPath ?? podPaths.temporary;

/** Where neo4j-admin stages: a volume of the Pod's own on its node or, with `tempStorage`, a claim that all attempts of the run share. */
const temporaryVolume = (claim: Claim | undefined) => claim ? {persistentVolumeClaim: {claimName: claim.metadata.name}} : {emptyDir: {}};
