import {type CatalogueArtifact} from '../catalogue/artifacts.ts';
import {type LastExpiry} from '../catalogue/catalogue-index.ts';
import {
	databasesOf, readDatabase, readManifest, type Directory,
} from '../catalogue/directory.ts';
import {type ManifestArtifact} from '../catalogue/manifest.ts';
import {present} from '../present.ts';
import {judgeSweep} from './judge-sweep.ts';
import {nextSweepTime} from './next-sweep.ts';
import {noSweep, type RunFacts, type SweepOutcome} from './sweep-outcome.ts';
import {type Refusal} from './refusal.ts';
import {type SweepInput} from './sweep-input.ts';
import {expiryOf, type Tally} from './tally.ts';

/** Names that a status shows of a longer list. */
const shown = 20;

/**
The outcome of a sweep that looked at nothing, or could not.
*/
export const refusedOutcome = ({sweepID, policy, limits}: SweepInput, {reason, message}: Refusal, now: Date): SweepOutcome => noSweep({
	sweepID,
	mode: policy?.mode ?? 'Enforce',
	reason,
	message,
	now,
	next: nextSweepTime({
		reason, policy, now, graceMs: limits.graceMs,
	}),
});

/**
The outcome of a sweep that planned, whatever it could carry out of its plan.
*/
export const describeSweep = (input: SweepInput, tally: Tally, {facts, lastExpiry, now}: {facts: readonly RunFacts[]; lastExpiry: LastExpiry | undefined; now: Date}): SweepOutcome => {
	const {sweepID, policy, limits} = input;
	const {reason, message} = judgeSweep(input, tally);
	return {
		sweepID,
		mode: policy?.mode ?? 'Enforce',
		reason,
		message,
		endedAt: now.toISOString(),
		...present({
			nextSweepTime: nextSweepTime({
				reason, policy, now, graceMs: limits.graceMs, ...present({unlocked: tally.unlocked, graceFrom: tally.graceFrom, nextAge: tally.nextAge}),
			})?.toISOString(),
			plan: policy && {
				keep: tally.kept, expire: tally.going, archive: tally.archiving, artifacts: tally.shown.map(({name, verdict, reason: why}) => ({name, verdict, reason: why})),
			},
			storage: tally.storage,
			lastExpiry: expiryOf(tally, now) ?? lastExpiry,
		}),
		kept: tally.kept,
		expiring: policy?.mode === 'Plan' ? 0 : tally.marked,
		deletedCount: tally.deletedCount,
		deleted: tally.deleted,
		failureCount: tally.failureCount,
		failures: tally.failures.map(failure => ({name: failure.name, reason: failure.reason})),
		runs: facts,
	};
};

/**
What the runs that the caller asks for have written. A run of which there is no manifest any more is looked for in all parts.
*/
export const factsOf = async ({store, wantedRuns}: SweepInput, directory: Directory): Promise<readonly RunFacts[]> => {
	const facts: RunFacts[] = [];
	for (const runID of wantedRuns) {
		const isFolded = directory.index?.runs.some(({head}) => head.runID === runID) === true;
		const manifest = directory.since.find(one => one.runID === runID) ?? (isFolded && directory.listing.manifests.includes(runID) ? await readManifest(store, runID) : undefined);
		if (manifest ?? isFolded) {
			facts.push(factsOfRun(runID, manifest?.artifacts ?? await artifactsOfRun(store, directory, runID)));
		}
	}

	return facts;
};

const artifactsOfRun = async (store: SweepInput['store'], directory: Directory, runID: string): Promise<readonly ManifestArtifact[]> => {
	const found: CatalogueArtifact[] = [];
	for (const database of databasesOf(directory)) {
		const {artifacts} = await readDatabase(store, directory, database);
		found.push(...artifacts.filter(artifact => artifact.runID === runID));
	}

	return found;
};

const factsOfRun = (runID: string, artifacts: readonly ManifestArtifact[]): RunFacts => {
	let bytes = 0;
	for (const {size} of artifacts) {
		bytes += size;
	}

	return {
		runID,
		bytes,
		artifactCount: artifacts.length,
		artifacts: artifacts.slice(0, shown).map(({name, database, size, full}) => ({
			name, database, size, full,
		})),
	};
};
