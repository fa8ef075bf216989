import {type Verdict} from './judge.ts';
import {type ManifestArtifact, type RunManifest} from '#shared/catalogue/manifest.ts';
import {type Catalogue} from '#shared/catalogue/read.ts';
import {storageSummary} from '#shared/catalogue/summary.ts';
import {present} from '#shared/present.ts';
import {exitCodes} from '#shared/runs/exit-codes.ts';
import {type RunSummary} from '#shared/runs/summary.ts';

type Input = {readonly manifest: RunManifest; readonly verdict: Verdict; readonly catalogue: Catalogue; readonly next?: 'FULL' | 'AUTO'};

/**
What the Pod says of its run as its last words.
*/
export const runSummary = ({manifest, verdict, catalogue, next}: Input): RunSummary => summaryOf(manifest.artifacts.filter(artifact => isGood(artifact)), {
	manifest, verdict, catalogue, ...present({next}),
});

const isGood = ({verification}: ManifestArtifact): boolean => verification !== 'failed';

const summaryOf = (good: readonly ManifestArtifact[], {manifest, verdict, catalogue, next}: Input): RunSummary => ({
	runID: manifest.runID,
	outcome: verdict.outcome,
	message: verdict.message,
	artifactCount: good.length,
	bytes: good.reduce((sum, {size}) => sum + size, 0),
	artifacts: good.map(({name, database, size, full}) => ({
		name, database, size, full,
	})),
	missing: verdict.missing,
	missingCount: verdict.missing.length,
	fullCount: good.filter(({full}) => full).length,
	storage: storageSummary(catalogue),
	...present({reason: verdict.reason, nextBackupType: next}),
});

/**
The verdict on a run that an earlier Pod finished and could not say: the manifest was written, and the Pod lost before its end.
*/
export const verdictOf = ({artifacts, missing}: RunManifest): Verdict => {
	const message = `an earlier attempt finished this run: ${artifacts.length} artifacts, ${missing.length} databases missing`;
	const damaged = artifacts.filter(artifact => !isGood(artifact));
	if (damaged.length > 0) {
		return {
			outcome: 'failed', exit: exitCodes.permanent, reason: 'VerificationFailed', message: `${message}; the verification failed of ${damaged.map(({database, name}) => `${database} (${name})`).join(', ')}`, missing, final: true,
		};
	}

	if (artifacts.length === 0) {
		return {
			outcome: 'failed', exit: exitCodes.permanent, reason: 'BackupFailed', message, missing, final: true,
		};
	}

	return missing.length === 0
		? {
			outcome: 'succeeded', exit: exitCodes.succeeded, message, missing, final: true,
		}
		: {
			outcome: 'partial', exit: exitCodes.partial, reason: 'PartiallySucceeded', message, missing, final: true,
		};
};
