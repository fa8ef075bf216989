import {createHash} from 'node:crypto';
import {type DatabaseDigest} from '../catalogue/digest.ts';
import {databasesOf, freshRuns, type Directory} from '../catalogue/directory.ts';
import {parseArtifactName} from '../catalogue/manifest.ts';
import {type CatalogueListing} from '../catalogue/listing.ts';
import {type RetentionPolicy} from './policy.ts';

type Looking = {readonly policy: RetentionPolicy | undefined; readonly now: Date; readonly graceMs: number};

/**
Names of the databases in which something may have changed since they were last planned, so that a sweep must read their parts: new artifacts, another policy, a mark whose grace is over, an artifact that passed `maxAge`, one that was moved or that a restore reads, one to be looked for, or a day gone by. A plan that is only to be seen follows another policy than any that was enforced, and is so of all databases.
*/
export const concernedDatabases = (directory: Directory, looking: Looking): readonly string[] => {
	const {index, listing, pins, parts} = directory;
	const databases = databasesOf(directory);
	if (!index || parts !== undefined || Date.parse(index.writtenAt) > looking.now.getTime()) {
		return databases;
	}

	const entries = new Map(index.databases.map(entry => [entry.name, entry]));
	const moved = movedCounts(listing);
	const touched = new Set([...pins.flatMap(({artifacts}) => artifacts), ...listing.encrypted].map(name => databaseOf(name)));
	const hasNews = (database: string): boolean => {
		const known = new Set(entries.get(database)?.runs);
		return freshRuns(directory, database).some(runID => !known.has(runID));
	};

	return databases.filter(database => {
		const digest = entries.get(database)?.digest;
		return digest === undefined || hasNews(database) || touched.has(database) || digest.moved !== (moved.get(database) ?? 0) || isDue(digest, looking);
	});
};

const isDue = ({policy, unsettled, ripe, graceFrom, lookAgain}: DatabaseDigest, looking: Looking): boolean => {
	const now = looking.now.getTime();
	return policy !== fingerprint(looking.policy)
		|| unsettled > 0
		|| ripe > 0
		|| (graceFrom !== undefined && Date.parse(graceFrom) + looking.graceMs <= now)
		|| (looking.policy !== undefined && Date.parse(lookAgain) <= now);
};

/**
Tells whether a policy is another than the one that was planned with.
*/
export const fingerprint = (policy: RetentionPolicy | undefined): string => policy ? createHash('sha256').update(JSON.stringify(policy)).digest('hex').slice(0, 8) : 'none';

/**
How many artifacts of each database lie in quarantine or in the archive.
*/
export const movedCounts = ({quarantined, archived}: Pick<CatalogueListing, 'quarantined' | 'archived'>): ReadonlyMap<string, number> => {
	const counts = new Map<string, number>();
	for (const name of [...quarantined, ...archived]) {
		const database = databaseOf(name);
		counts.set(database, (counts.get(database) ?? 0) + 1);
	}

	return counts;
};

const databaseOf = (name: string): string => parseArtifactName(name)?.database ?? '';
