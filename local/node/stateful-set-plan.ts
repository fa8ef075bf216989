import {claimOwners, isLeaving} from './claim-owners.ts';
import {
	claimsOf, ordinalOf, podOfStatefulSet, revisionOf, revisionOfPod,
} from './pod-of-stateful-set.ts';
import {
	isFinished, isReady, type Claim, type Pod, type StatefulSet, type StatefulSetStatus,
} from './workloads.ts';
import {type OwnerReference} from '#shared/kube/object.ts';

/**
One thing to do for one pod: claims go before the pod that mounts them.
*/
export type Action = {
	readonly claims?: readonly Claim[];
	readonly create?: Pod;
	/** A claim that has to go first, before another can take its name. */
	readonly awaited?: Claim;
	readonly remove?: Pod;
	readonly own?: ReadonlyArray<{readonly claim: Claim; readonly owners: readonly OwnerReference[]}>;
};

export type StatefulSetPlan = {
	readonly status: StatefulSetStatus;
	/** In this order, those of one batch at the same time. A failure ends the round: what comes after its batch is not done. */
	readonly batches: ReadonlyArray<readonly Action[]>;
};

export type StatefulSetSituation = {
	readonly set: StatefulSet;
	/** The pods that the set controls. */
	readonly pods: readonly Pod[];
	/** Claims of the namespace by name. */
	readonly claims: ReadonlyMap<string, Claim>;
};

type Replica = {readonly ordinal: number; readonly pod: Pod | undefined};

/**
The StatefulSet controller's decision. Ordinals are made up to `replicas` and taken back from the highest; `OrderedReady` does one at a time and waits until those before are ready. A pod that has ended is deleted and made again. An edited template replaces pods from the highest ordinal on, the next one when that before is ready.

Not known: `minReadySeconds`, `rollingUpdate.partition`, `ordinals.start`, ControllerRevisions, and the adoption of pods that nobody controls.
*/
export const planStatefulSet = (situation: StatefulSetSituation): StatefulSetPlan => {
	const {set, pods} = situation;
	const wanted = set.spec.replicas ?? 1;
	const byOrdinal = new Map(pods.map(pod => [ordinalOf(set, pod), pod]));
	const replicas = Array.from({length: wanted}, (_, ordinal): Replica => ({ordinal, pod: byOrdinal.get(ordinal)}));
	const condemned = [...byOrdinal]
		.flatMap(([ordinal, pod]) => ordinal !== undefined && ordinal >= wanted ? [{ordinal, pod}] : [])
		.toSorted((a, b) => b.ordinal - a.ordinal);
	const status = statusOf(situation);
	if (set.metadata.deletionTimestamp) {
		return {status, batches: []};
	}

	const stage = {...situation, replicas, condemned};
	return {status, batches: set.spec.podManagementPolicy === 'Parallel' ? allAtOnce(stage) : oneByOne(stage)};
};

type Stage = StatefulSetSituation & {readonly replicas: readonly Replica[]; readonly condemned: ReadonlyArray<Replica & {readonly pod: Pod}>};

const allAtOnce = (stage: Stage): ReadonlyArray<readonly Action[]> => [
	...slowly(stage.replicas.map(replica => forReplica(stage, replica))),
	...slowly(stage.condemned.map(replica => ownClaims(stage, replica, true))),
	...slowly(stage.condemned.map(({pod}) => pod.metadata.deletionTimestamp ? {} : {remove: pod})),
	[forUpdate(stage)],
].map(batch => batch.filter(action => Object.keys(action).length > 0)).filter(batch => batch.length > 0);

/** One first, then twice as many each time: when the first fails, the others are not tried. */
const slowly = (actions: readonly Action[]): ReadonlyArray<readonly Action[]> => {
	const batches: Array<readonly Action[]> = [];
	for (let [start, size] = [0, 1]; start < actions.length; [start, size] = [start + size, size * 2]) {
		batches.push(actions.slice(start, start + size));
	}

	return batches;
};

const oneByOne = (stage: Stage): ReadonlyArray<readonly Action[]> => {
	const batches: Array<readonly Action[]> = [];
	for (const replica of stage.replicas) {
		batches.push([forReplica(stage, replica)]);
		if (!isAvailable(replica.pod)) {
			return batches;
		}
	}

	batches.push(...stage.condemned.map(replica => [ownClaims(stage, replica, true)]));
	const [highest] = stage.condemned;
	const firstUnavailable = stage.condemned.findLast(({pod}) => !isAvailable(pod));
	if (!highest) {
		return [...batches, [forUpdate(stage)]];
	}

	const waits = highest.pod.metadata.deletionTimestamp !== undefined || (!isReady(highest.pod) && highest !== firstUnavailable);
	return waits ? batches : [...batches, [{remove: highest.pod}]];
};

const forReplica = (stage: Stage, {ordinal, pod}: Replica): Action => {
	const {set, claims} = stage;
	const own = claimsOf(set, ordinal).map(([, claim]) => claim);
	const missing = own.filter(({metadata}) => !claims.has(metadata.name));
	if (!pod) {
		const next = podOfStatefulSet(set, ordinal);
		const found = own.flatMap(({metadata}) => claims.get(metadata.name) ?? []);
		const awaited = found.find(claim => claim.metadata.deletionTimestamp !== undefined || isLeaving(set, next, claim));
		return {...awaited && {awaited}, claims: missing, create: next};
	}

	if (isFinished(pod)) {
		return pod.metadata.deletionTimestamp ? {} : {remove: pod};
	}

	return {...(pod.status?.phase === 'Pending' && missing.length > 0 && {claims: missing}), ...ownClaims(stage, {ordinal, pod}, false)};
};

const ownClaims = ({set, claims}: Stage, {ordinal, pod}: Replica & {readonly pod: Pod}, isBeyond: boolean): Action => {
	const own = claimsOf(set, ordinal).flatMap(([, {metadata}]) => {
		const claim = claims.get(metadata.name);
		const owners = claim && claimOwners(set, pod, {claim, isBeyond});
		return owners ? [{claim, owners}] : [];
	});
	return own.length > 0 ? {own} : {};
};

/** The next pod that an edited template replaces. */
const forUpdate = ({set, replicas}: Stage): Action => {
	if (set.spec.updateStrategy?.type === 'OnDelete') {
		return {};
	}

	for (const {pod} of replicas.toReversed()) {
		if (pod && revisionOfPod(pod) !== revisionOf(set) && !pod.metadata.deletionTimestamp) {
			return {remove: pod};
		}

		if (!isAvailable(pod)) {
			return {};
		}
	}

	return {};
};

const isAvailable = (pod: Pod | undefined): boolean => pod !== undefined && isRunningAndReady(pod) && !pod.metadata.deletionTimestamp;

const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isReady(pod);

const statusOf = ({set, pods}: StatefulSetSituation): StatefulSetStatus => {
	const update = revisionOf(set);
	const staying = pods.filter(({metadata}) => !metadata.deletionTimestamp);
	const ready = pods.filter(pod => isRunningAndReady(pod)).length;
	const updated = staying.filter(pod => revisionOfPod(pod) === update).length;
	const wanted = set.spec.replicas ?? 1;
	const isUpdated = updated === wanted && ready === wanted && pods.length === wanted;
	const current = isUpdated ? update : set.status?.currentRevision ?? update;
	return {
		observedGeneration: set.metadata.generation!,
		replicas: pods.length,
		...positive('readyReplicas', ready),
		...positive('currentReplicas', staying.filter(pod => revisionOfPod(pod) === current).length),
		...positive('updatedReplicas', updated),
		currentRevision: current,
		updateRevision: update,
		collisionCount: 0,
		availableReplicas: ready,
	};
};

/** The real server leaves these fields out when they are zero. */
const positive = (field: 'readyReplicas' | 'currentReplicas' | 'updatedReplicas', count: number) => count > 0 ? {[field]: count} : {};
