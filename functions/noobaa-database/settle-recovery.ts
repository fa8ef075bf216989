import {decideRecovery, type RecoveryDecision} from './decide-recovery.ts';
import {reporter, type DatabaseDependencies} from './deps.ts';
import {type Database} from './find-database.ts';
import {readSource} from './recovery-source.ts';
import {writeRecoveryStatus} from './write-status.ts';
import {annotations} from '#shared/api/group.ts';
import {AlreadyExistsError, ConflictError} from '#shared/errors.ts';
import {collect} from '#shared/kube/collect.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {finalCondition} from '#shared/kube/final-condition.ts';
import {KubeError} from '#shared/kube/kube-error.ts';
import {isControlledBy, referenceOf, type KubeObject} from '#shared/kube/object.ts';
import {cnpgLabels, type CnpgCluster, type NooBaa} from '#shared/noobaa/objects.ts';

/**
Brings a recovery that a NooBaa asks for as far as it goes now. What is about to be done is in annotation and status before it is done, so that whoever comes after a crash goes on from there. Answers the NooBaa as it is then.
*/
export const settleRecovery = async (dependencies: DatabaseDependencies, nooBaa: NooBaa, {apiVersion, cluster}: Database): Promise<NooBaa> => {
	const {kube, log} = dependencies;
	const snapshot = nooBaa.spec.dbSpec?.dbRecovery?.volumeSnapshotName;
	const {metadata: {namespace, name}} = nooBaa;
	const decision = decideRecovery({
		nooBaa,
		apiVersion,
		cluster,
		hasFailedJob: cluster !== undefined && snapshot !== undefined && await hasFailedJob(dependencies, cluster),
		source: cluster ?? snapshot === undefined ? undefined : await readSource(kube, {namespace: namespace!, system: name, snapshot}),
	}, await kube.now());
	const remembering = await remember(dependencies, nooBaa, decision, snapshot !== undefined);
	const stated = decision.status ? await writeRecoveryStatus(dependencies, remembering, decision.status) : remembering;
	if (decision.event) {
		await recordEvent(kube, nooBaa, {...decision.event, reporter});
	}

	if (decision.create) {
		log.info({cluster: decision.create.metadata.name, snapshot}, 'the database is recovered');
		await createCluster(dependencies, stated, decision as Required<RecoveryDecision>);
	}

	return stated;
};

/** Without `dbRecovery` nothing is waited for. */
const remember = async ({kube}: DatabaseDependencies, nooBaa: NooBaa, {awaits}: RecoveryDecision, isAsked: boolean): Promise<NooBaa> => {
	const before = nooBaa.metadata.annotations?.[annotations.recoveryAwaits];
	const wanted = isAsked ? awaits ?? before : undefined;
	return before === wanted
		? nooBaa
		: kube.patch<NooBaa>(referenceOf(nooBaa), {metadata: {resourceVersion: nooBaa.metadata.resourceVersion, annotations: {[annotations.recoveryAwaits]: wanted ?? null}}});
};

const hasFailedJob = async ({kube}: DatabaseDependencies, cluster: CnpgCluster): Promise<boolean> => {
	const jobs = await collect(kube.list<KubeObject>({apiVersion: 'batch/v1', kind: 'Job', namespace: cluster.metadata.namespace!}, {labelSelector: `${cnpgLabels.cluster}=${cluster.metadata.name},cnpg.io/jobRole in (snapshot-recovery,full-recovery)`}));
	return jobs.some(job => isControlledBy(job, cluster) && finalCondition(job)?.type === 'Failed');
};

const createCluster = async (dependencies: DatabaseDependencies, nooBaa: NooBaa, {create, status}: Required<RecoveryDecision>): Promise<void> => {
	const {kube} = dependencies;
	try {
		await kube.create(create);
	} catch (error) {
		if (error instanceof AlreadyExistsError) {
			// Ours, or somebody else's: the next look tells.
			throw new ConflictError(error.message);
		}

		if (!(error instanceof KubeError) || error.status >= 500 || error.status === 429) {
			throw error;
		}

		await writeRecoveryStatus(dependencies, nooBaa, {...status, status: 'Failed'});
		await recordEvent(kube, nooBaa, {
			type: 'Warning', reason: 'ClusterRefused', message: `Cluster ${create.metadata.name} could not be made from VolumeSnapshot ${status.snapshotName}: ${error.message}`, cause: `${status.snapshotName} ${status.recoveryTime}`, reporter,
		});
	}
};
