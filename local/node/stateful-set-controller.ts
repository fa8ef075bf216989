import {isDeepStrictEqual} from 'node:util';
import {admitPod} from './admit-pod.ts';
import {recordEvent} from './node-events.ts';
import {type NodeContext} from './node-context.ts';
import {createReconcileQueue, type Owner} from './reconcile-queue.ts';
import {planStatefulSet, type Action} from './stateful-set-plan.ts';
import {type Claim, type Pod, type StatefulSet} from './workloads.ts';
import {type Connection} from '#local/kube/connect.ts';
import {type Change} from '#local/kube/follow.ts';
import {AlreadyExistsError, toError} from '#shared/errors.ts';
import {isControlledBy, referenceOf, type KubeObject} from '#shared/kube/object.ts';
import {resourcePath} from '#shared/kube/resource-path.ts';

export type StatefulSetController = {
	/** The StatefulSet changed, or is gone. */
	readonly setChanged: (set: KubeObject) => void;
	/** A pod changed, or is gone. */
	readonly podChanged: (type: Change['type'], pod: Pod) => void;
	readonly claimGone: (claim: KubeObject) => void;
	readonly close: () => void;
};

const component = 'statefulset-controller';

/**
The StatefulSet controller: for every change it reads the set, its pods and its claims anew and does what `planStatefulSet` says. A pod of somebody else that has the name of one of its own is left alone, and without an Event, as by the real one; that tries again later and later (up to 16 minutes), this one as soon as the name is free.
*/
export const createStatefulSetController = (context: NodeContext, connection: Connection): StatefulSetController => {
	const {client} = context;
	/** Sets that wait for a name to be free. */
	const waiting = new Map<string, Owner>();

	const gone = (object: KubeObject) => {
		const waiter = waiting.get(placeOf(object));
		waiting.delete(placeOf(object));
		if (waiter) {
			queue.enqueue(waiter);
		}
	};

	const all = async (kind: string, namespace: string) => {
		const {items} = await connection.list(resourcePath({apiVersion: 'v1', kind, namespace}), {});
		return items;
	};

	const reconcile = async (owner: Owner) => {
		const {namespace} = owner;
		const set = await client.get<StatefulSet>({
			apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name: owner.name,
		});
		if (set?.metadata.uid !== owner.uid) {
			return;
		}

		const pods = await all('Pod', namespace) as readonly Pod[];
		const claims = set.spec.volumeClaimTemplates?.length ? await all('PersistentVolumeClaim', namespace) as readonly Claim[] : [];
		const {status, batches} = planStatefulSet({set, pods: pods.filter(pod => isControlledBy(pod, set)), claims: new Map(claims.map(claim => [claim.metadata.name, claim]))});
		try {
			for (const batch of batches) {
				await Promise.all(batch.map(async action => carryOut(context, set, action)));
			}
		} catch (error) {
			if (!(error instanceof TakenError)) {
				throw error;
			}

			waiting.set(placeOf(error.taken), owner);
		} finally {
			if (!isDeepStrictEqual(status, set.status)) {
				await client.replaceStatus({...set, status});
			}
		}
	};

	const queue = createReconcileQueue(context, reconcile);

	return {
		setChanged({metadata: {uid, namespace, name}}) {
			queue.enqueue({uid: uid!, namespace: namespace!, name});
		},
		podChanged(type, pod) {
			const {metadata: {namespace, ownerReferences = []}} = pod;
			const owner = ownerReferences.find(({kind, controller}) => kind === 'StatefulSet' && controller === true);
			if (owner) {
				queue.enqueue({uid: owner.uid, namespace: namespace!, name: owner.name});
			}

			if (type === 'delete') {
				gone(pod);
			}
		},
		claimGone: gone,
		close: queue.close,
	};
};

const placeOf = ({kind, metadata: {namespace, name}}: KubeObject): string => `${kind} ${namespace}/${name}`;

/** Something else has the name, so that the round ends. */
class TakenError extends Error {
	override readonly name = 'TakenError';
	readonly taken: KubeObject;

	constructor(taken: KubeObject) {
		super(`${placeOf(taken)} is there already`);
		this.taken = taken;
	}
}

const carryOut = async (context: NodeContext, set: StatefulSet, {claims = [], create, awaited, remove, own = []}: Action): Promise<void> => {
	const {client} = context;
	const {name} = set.metadata;
	for (const claim of claims) {
		await client.create(claim);
		await recordEvent(context, component, set, {type: 'Normal', reason: 'SuccessfulCreate', message: `create Claim ${claim.metadata.name} Pod ${name}-${claim.metadata.name.split('-').at(-1)} in StatefulSet ${name} success`});
	}

	if (create) {
		await createPod(context, set, {pod: create, awaited});
	}

	for (const {claim, owners} of own) {
		await client.patch(referenceOf(claim), {metadata: {resourceVersion: claim.metadata.resourceVersion, ownerReferences: owners}});
	}

	if (remove) {
		await client.delete(referenceOf(remove), {uid: remove.metadata.uid!});
		await recordEvent(context, component, set, {type: 'Normal', reason: 'SuccessfulDelete', message: `delete Pod ${remove.metadata.name} in StatefulSet ${name} successful`});
	}
};

const createPod = async (context: NodeContext, set: StatefulSet, {pod, awaited}: {readonly pod: Pod; readonly awaited: Claim | undefined}): Promise<void> => {
	const what = `create Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`;
	const fail = async (message: string) => recordEvent(context, component, set, {type: 'Warning', reason: 'FailedCreate', message: `${what} failed error: ${message}`});
	if (awaited) {
		await (awaited.metadata.deletionTimestamp && fail(`pvc ${awaited.metadata.name} is being deleted`));
		throw new TakenError(awaited);
	}

	try {
		await context.client.create(await admitPod(context, pod));
	} catch (error) {
		if (error instanceof AlreadyExistsError) {
			throw new TakenError(pod);
		}

		await fail(toError(error).message);
		throw error;
	}

	await recordEvent(context, component, set, {type: 'Normal', reason: 'SuccessfulCreate', message: `${what} successful`});
};
