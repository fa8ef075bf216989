import pMap from 'p-map';
import {type CatalogueArtifact} from '../catalogue/artifacts.ts';
import {buildChains} from '../catalogue/chains.ts';
import {readDatabase, type DatabaseContent, type Directory} from '../catalogue/directory.ts';
import {removeRecords} from '../catalogue/encrypted-record.ts';
import {quarantine} from '../catalogue/quarantine.ts';
import {sharedTexts} from '../catalogue/same-text.ts';
import {type Store} from '../stores/store.ts';
import {type StayedArtifact} from './deletion.ts';
import {doubtfulMarks, dueChains} from './marks.ts';
import {plan, type Verdict} from './plan.ts';
import {type SweepInput} from './sweep-input.ts';

/**
One database as a sweep found it, with its plan.
*/
export type PlannedDatabase = {
	readonly content: DatabaseContent;
	readonly verdicts: readonly Verdict[];
	/** Chains whose grace is over. */
	readonly due: ReadonlyArray<readonly Verdict[]>;
	/** Artifacts that stay and of which it is not certain that they are there. */
	readonly doubtful: readonly Verdict[];
	/** What should have gone into quarantine and could not. */
	readonly stayed: readonly StayedArtifact[];
	readonly isTidied: boolean;
};

type Planning = {readonly now: Date; readonly tidies: boolean};

/**
Reads what the catalogue says of a database, does what runs left to the sweep there, and plans.
*/
export const planDatabase = async (input: SweepInput, directory: Directory, {database, now, tidies}: Planning & {database: string}): Promise<PlannedDatabase> => {
	const read = await readDatabase(input.store, directory, database);
	const {content, stayed} = tidies && read.unreadable.length === 0 ? await tidied(input.store, directory, read) : {content: read, stayed: []};
	const reasons = sharedTexts(1000);
	const verdicts = plan({
		chains: buildChains(content.artifacts), policy: input.policy, now, pins: directory.pins,
	}).map((verdict): Verdict => ({...verdict, reason: reasons.same(verdict.reason)}));
	const grace = {now, graceMs: input.limits.graceMs};
	const {expiring} = content.marks;
	return {
		// The same artifacts as in the plan: very many of them may be waiting for their deletion.
		content: {...content, artifacts: verdicts.map(({artifact}) => artifact)},
		verdicts,
		// The copy of one that is still in the way is the trace of it.
		due: dueChains(verdicts, expiring, grace).filter(chain => !chain.some(({artifact: {name}}) => stayed.some(one => one.name === name))),
		doubtful: doubtfulMarks(verdicts, expiring, grace),
		stayed,
		isTidied: tidies,
	};
};

/**
What runs leave to the sweep because their account may not delete, or could not do themselves: artifacts that failed their verification are moved into quarantine, and records of encrypted ones that a manifest has taken the place of are removed.
*/
const tidied = async (store: Store, {listing}: Directory, content: DatabaseContent): Promise<{content: DatabaseContent; stayed: readonly StayedArtifact[]}> => {
	await removeRecords(store, listing, content);
	const inTheWay = content.artifacts.filter(({state}) => state === 'present');
	const stayed = await quarantine(store, [...inTheWay, ...await leftBehind(store, content)]);
	const names = new Set(stayed.map(({name}) => name));
	return {
		content: {...content, artifacts: content.artifacts.map(artifact => artifact.state === 'present' && artifact.verification === 'failed' && !names.has(artifact.name) ? {...artifact, state: 'quarantined'} : artifact)},
		// Whoever removed one did no harm.
		stayed: stayed.filter(({error}) => error.code !== 'ObjectNotFound').map(({name, error: {message, code, retryAfter}}) => ({
			name, reason: message, isLocked: code === 'Locked', ...(retryAfter && {retryAfter}),
		})),
	};
};

/** Where a run copied one and could not remove it, both are there, and the catalogue knows the copy. One look at each says so. */
const leftBehind = async (store: Store, {artifacts}: DatabaseContent): Promise<readonly CatalogueArtifact[]> => {
	const found = await pMap(artifacts.filter(({state}) => state === 'quarantined'), async artifact => await store.stat(artifact.name) ? artifact : undefined, {concurrency: 16});
	return found.filter(artifact => artifact !== undefined);
};
