import {type NodeContext} from './node-context.ts';
import {ConflictError, toError} from '#shared/errors.ts';

/**
An object that a controller looks after. One that was made again under the same name is another.
*/
export type Owner = {readonly uid: string; readonly namespace: string; readonly name: string};

export type ReconcileQueue = {
	/** Has the object reconciled, once for however many changes come while it waits for that. */
	readonly enqueue: (owner: Owner) => void;
	/** Has it reconciled again so many milliseconds from now, unless something changes before; `undefined` takes that back. */
	readonly wake: (owner: Owner, milliseconds: number | undefined) => void;
	readonly close: () => void;
};

const longestTimerMs = (2 ** 31) - 1;
const afterConflictMs = 10;
const afterErrorMs = 1000;

/**
The order of a controller's work: one reconciliation of an object at a time, and another one later after an error.
*/
export const createReconcileQueue = ({inFlight, signal, log}: Pick<NodeContext, 'inFlight' | 'signal' | 'log'>, reconcile: (owner: Owner) => Promise<void>): ReconcileQueue => {
	const queues = new Map<string, Promise<void>>();
	const pending = new Set<string>();
	const timers = new Map<string, NodeJS.Timeout>();

	const enqueue = (owner: Owner) => {
		if (pending.has(owner.uid) || signal.aborted) {
			return;
		}

		pending.add(owner.uid);
		const before = queues.get(owner.uid) ?? Promise.resolve();
		const next = before.then(async () => {
			pending.delete(owner.uid);
			await reconcile(owner);
		}).catch((error: unknown) => {
			retryLater(owner, toError(error));
		});
		queues.set(owner.uid, next);
		void inFlight.track(next);
	};

	const retryLater = (owner: Owner, error: Error) => {
		if (!(error instanceof ConflictError)) {
			log.warn({object: owner.name, error: error.message}, 'an object was not reconciled');
		}

		wake(owner, error instanceof ConflictError ? afterConflictMs : afterErrorMs);
	};

	const wake = (owner: Owner, milliseconds: number | undefined) => {
		clearTimeout(timers.get(owner.uid));
		timers.delete(owner.uid);
		if (milliseconds !== undefined && !signal.aborted) {
			timers.set(owner.uid, setTimeout(enqueue, Math.max(0, Math.min(milliseconds, longestTimerMs)), owner).unref());
		}
	};

	return {
		enqueue,
		wake,
		close() {
			for (const timer of timers.values()) {
				clearTimeout(timer);
			}
		},
	};
};
