import {buildChains, isRestorePoint} from './chains.ts';
import {type Catalogue} from './read.ts';

export type StorageSummary = {
	/** Artifacts that can be restored to, of all databases. */
	readonly restorePoints: number;
	/** Bytes of all artifacts that are there, restorable or not. */
	readonly bytes: number;
	/** Times of the oldest and the newest restore point, RFC 3339. */
	readonly oldest?: string;
	readonly newest?: string;
};

/**
What a directory holds, as `status.storage` shows it.
*/
export const storageSummary = ({artifacts}: Pick<Catalogue, 'artifacts'>): StorageSummary => {
	const points = buildChains(artifacts).flatMap(({members}) => members.filter(member => isRestorePoint(member)));
	const times = points.map(({takenAt}) => Date.parse(takenAt)).toSorted((one, other) => one - other);
	const bytes = artifacts.filter(({state}) => state !== 'missing').reduce((sum, {size}) => sum + size, 0);
	return {
		restorePoints: points.length,
		bytes,
		...(times.length > 0 && {oldest: toTime(times[0]!), newest: toTime(times.at(-1)!)}),
	};
};

const toTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/v, 'Z');
