import {type ListedDatabase} from '../backup-port.ts';

/**
What one reachable server said it has.
*/
export type Listing = {readonly server: string; readonly databases: readonly ListedDatabase[]};

export type Selected = ListedDatabase & {
	/** The servers that have it, in the order of `--from`. */
	readonly servers: readonly string[];
};

export type Selection = {
	readonly databases: readonly Selected[];
	/** Named outright and on no server. */
	readonly missing: readonly string[];
};

/**
Which databases a backup takes. Every server contributes to what `*` and `?` match; composite databases are passed over unless they are named outright.
*/
export const selectDatabases = (patterns: readonly string[], listings: readonly Listing[]): Selection => {
	const known = mergeListings(listings);
	const selected = new Map<string, Selected>();
	const missing: string[] = [];
	for (const pattern of patterns) {
		const isGlob = /[*?]/v.test(pattern);
		const matcher = toMatcher(pattern);
		const matches = known.filter(({name, type}) => matcher.test(name) && !(isGlob && type === 'composite'));
		for (const database of matches) {
			selected.set(database.name, database);
		}

		if (matches.length === 0) {
			missing.push(pattern);
		}
	}

	return {databases: [...selected.values()], missing};
};

const mergeListings = (listings: readonly Listing[]): readonly Selected[] => {
	const merged = new Map<string, Selected>();
	for (const {server, databases} of listings) {
		for (const database of databases) {
			merged.set(database.name, {...database, servers: [...merged.get(database.name)?.servers ?? [], server]});
		}
	}

	return [...merged.values()].toSorted((left, right) => left.name.localeCompare(right.name));
};

const toMatcher = (pattern: string): RegExp => {
	const source = pattern.replaceAll(/[^*?]+|\*|\?/gv, part => ({'*': '.*', '?': '.'}[part] ?? RegExp.escape(part)));
	return new RegExp(`^${source}$`, 'iv');
};
