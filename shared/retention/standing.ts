import {
	byTime, isRestorePoint, type Chain, type ChainMember,
} from '../catalogue/chains.ts';
import {periodNamer} from './period.ts';
import {periods, type RetentionPolicy} from './policy.ts';

/**
Where an artifact stands among the restore points of its database.
*/
export type Standing = {
	/** Restore points of the database that are newer. */
	readonly newer: number;
	/** The rule of `keep` that holds it, as `daily 2026-01-31`. */
	readonly heldBy?: string;
};

/**
Counts, for each database by its name, from the newest artifact to the oldest. Only restore points count and are held: what cannot be restored, is empty, or is dated in the future pushes nothing out and takes no place.
*/
export const standings = (chains: readonly Chain[], policy: RetentionPolicy, now: Date): ReadonlyMap<string, Standing> => {
	const members = Map.groupBy(chains.flatMap(chain => chain.members), ({database}) => database);
	return new Map([...members.values()].flatMap(ofDatabase => [...standingsOf(ofDatabase, policy, now)]));
};

function * standingsOf(members: readonly ChainMember[], {keep = {}, timeZone}: RetentionPolicy, now: Date): Generator<readonly [string, Standing]> {
	const nameOf = periodNamer(timeZone);
	const seen = new Map(periods.map(period => [period, new Set<string>()]));
	const hold = (instant: Date): string | undefined => {
		const holding = periods.flatMap(period => {
			const taken = seen.get(period)!;
			const limit = keep[period] ?? 0;
			const name = taken.size < limit ? nameOf(period, instant) : undefined;
			if (name === undefined || taken.has(name)) {
				return [];
			}

			taken.add(name);
			return [`${period} ${name}`];
		});
		return holding[0];
	};

	let newer = 0;
	for (const member of members.toSorted(byTime).toReversed()) {
		const isPoint = isRestorePoint(member, now);
		const heldBy = isPoint ? hold(new Date(member.orderTime)) : undefined;
		yield [member.name, {newer, ...(heldBy && {heldBy})}];
		newer += Number(isPoint);
	}
}
