import {buildChains, type Chain} from './chains.ts';
import {type RunManifest} from './manifest.ts';
import {type Catalogue} from './read.ts';

export type RolloverPolicy = {readonly maxCount?: number; readonly maxAgeMs?: number; readonly maxChainLength?: number};

export type NextTypeInput = {
	/** With the manifest of `run` in it, or without when it has none. */
	readonly catalogue: Pick<Catalogue, 'artifacts'>;
	readonly policy: RolloverPolicy;
	/** The run that just ended. `type` is what it was sent as. */
	readonly run: Pick<RunManifest, 'type' | 'requested' | 'missing' | 'target' | 'artifacts'>;
	/** What the CR asks for. */
	readonly wanted: 'FULL' | 'DIFF' | 'AUTO';
	readonly now: Date;
};

/**
What the next run must be, or undefined when the CR's own type is right (decisions D9, D10, D34).

FULL: an artifact of the run that just ended failed its verification; no requested database has a chain yet; or the newest chain of one is encrypted, so that nothing can build on it, or was rebuilt from its headers, or cannot be gone on with, has more than `maxCount` members, has reached `maxChainLength`, or started longer than `maxAge` ago. When the run that just ended was such a FULL and failed, the CR's own type comes first and FULL after that, so that a failing FULL never stops differential backups.
AUTO: a differential run left a database without a new artifact, which a FULL of that database may cure.
*/
export const nextBackupType = (input: NextTypeInput): 'FULL' | 'AUTO' | undefined => {
	const {run, wanted} = input;
	if (wanted === 'FULL') {
		return undefined;
	}

	const newest = newestChains(input);
	const isEncrypted = [...newest.values()].some(({members: [first]}) => first!.encryption);
	if (newest.size === 0 || isEncrypted || run.artifacts.some(({verification}) => verification === 'failed')) {
		return 'FULL';
	}

	const isOutgrown = [...newest.values()].some(chain => isClosed(chain, input) || chain.members[0]!.isRebuilt === true);
	if (isOutgrown && run.type !== 'FULL') {
		return 'FULL';
	}

	const lacksChain = run.requested.some(database => !newest.has(database));
	return (run.type === 'DIFF' && run.missing.length > 0) || (wanted === 'DIFF' && lacksChain) ? 'AUTO' : undefined;
};

const newestChains = ({catalogue, run}: NextTypeInput): ReadonlyMap<string, Chain> => {
	const requested = new Set(run.requested);
	const mine = catalogue.artifacts.filter(({database, targetUID}) => targetUID === run.target.uid && requested.has(database));
	// Chains come oldest first: the last of a database stays in the map.
	return new Map(buildChains(mine).map(chain => [chain.database, chain]));
};

const isClosed = ({members}: Chain, {policy: {maxCount = Infinity, maxAgeMs = Infinity, maxChainLength = Infinity}, now}: NextTypeInput): boolean =>
	members.length > maxCount
	|| members.length >= maxChainLength
	|| now.getTime() - Date.parse(members[0]!.takenAt) > maxAgeMs
	|| members.findLast(({state, isEmpty}) => state === 'present' && !isEmpty)?.isRestorable !== true;
