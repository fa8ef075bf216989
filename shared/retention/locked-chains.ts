import {type ObjectLock, type Store, type StoredObject} from '../stores/store.ts';
import {type StayedArtifact} from './deletion.ts';
import {type Verdict} from './plan.ts';

type Chains = ReadonlyArray<readonly Verdict[]>;

export type Unlocked = {readonly free: Chains; readonly held: readonly StayedArtifact[]};

/**
Parts the chains that may go from those that a lock keeps: of a chain with one locked member nothing goes, so that it is not cut, until all of it may.
*/
export const withoutLocked = async (store: Store, chains: Chains, {listed, now}: {listed: ReadonlyMap<string, StoredObject>; now: Date}): Promise<Unlocked> => {
	const objects = chains.flat().flatMap(({artifact: {name}}) => listed.get(name) ?? []);
	const locks = await store.locks(objects);
	const lockOf = ({artifact: {name}}: Verdict) => {
		const lock = locks.get(name);
		return lock && holds(lock, now) ? lock : undefined;
	};

	return {
		free: chains.filter(chain => !chain.some(verdict => lockOf(verdict))),
		held: chains.flat().flatMap(verdict => {
			const lock = lockOf(verdict);
			return lock ? [toStayed(verdict.artifact.name, lock)] : [];
		}),
	};
};

const holds = (lock: ObjectLock, now: Date): boolean => lock.kind === 'hold' || lock.until.getTime() > now.getTime();

const toStayed = (name: string, lock: ObjectLock): StayedArtifact => lock.kind === 'hold'
	? {name, reason: 'Locked: a hold keeps it until somebody lifts it', isLocked: true}
	: {
		name, reason: `Locked: a retention of the store keeps it until ${lock.until.toISOString()}`, isLocked: true, retryAfter: lock.until,
	};
