import {buildChains} from '#shared/catalogue/chains.ts';
import {type Catalogue} from '#shared/catalogue/read.ts';
import {abilityGates, isAtLeast} from '#shared/neo4j/versions.ts';
import {type RunSpec} from '#shared/runs/run-spec.ts';

/**
Whether this run must not prefer a DIFF as the parent of the next one, whatever the user wants: before 2026.02 that would be the last DIFF of the chain before, as long as the newest chain of a database has no DIFF with transactions of its own (decision D34).
*/
export const mustFollowFull = ({databases, requested, target}: Pick<RunSpec, 'databases' | 'requested' | 'target'>, {artifacts}: Pick<Catalogue, 'artifacts'>): boolean => {
	if (isAtLeast(target.version, abilityGates.overlappingDiff)) {
		return false;
	}

	const wanted = new Set(requested ?? databases);
	const concerned = artifacts.filter(({database, targetUID}) => targetUID === target.uid && (wanted.has('*') || wanted.has(database)));
	// Chains come oldest first: the last of a database stays in the map.
	const newest = new Map(buildChains(concerned).map(chain => [chain.database, chain]));
	return [...newest.values()].some(({members}) => !members.some(({full, isEmpty, state}) => !full && !isEmpty && state === 'present'));
};
