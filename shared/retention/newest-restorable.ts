import {isRestorePoint, type Chain} from '../catalogue/chains.ts';

/**
Ids of the chains that must stay whatever happens: of each lineage the one with the newest restore point. Of two that end at the same time the one that started later.
*/
export const newestRestorable = (chains: readonly Chain[], now: Date): ReadonlySet<string> => {
	const newest = new Map<string, Candidate>();
	for (const chain of chains) {
		const candidate = candidateOf(chain, now);
		const best = newest.get(chain.lineage);
		if (candidate && (!best || isNewer(candidate, best))) {
			newest.set(chain.lineage, candidate);
		}
	}

	return new Set([...newest.values()].map(({id}) => id));
};

type Candidate = {readonly id: string; readonly start: number; readonly end: number};

const candidateOf = ({id, members}: Chain, now: Date): Candidate | undefined => {
	// Members come oldest first.
	const last = members.findLast(member => isRestorePoint(member, now));
	return last && {id, start: Date.parse(members[0]!.orderTime), end: Date.parse(last.orderTime)};
};

const isNewer = (one: Candidate, other: Candidate): boolean =>
	one.end === other.end ? (one.start === other.start ? one.id > other.id : one.start > other.start) : one.end > other.end;
