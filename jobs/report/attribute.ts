import {type ManifestArtifact} from '#shared/catalogue/manifest.ts';

type Attempt = {readonly runID: string; readonly startedAt: string};

/**
Which run each artifact is of: the latest attempt that had begun when it was written. Those written before any of the attempts belong to nobody we know and stay untouched.
*/
export const attributeArtifacts = (artifacts: readonly ManifestArtifact[], attempts: readonly Attempt[]): ReadonlyMap<string, readonly ManifestArtifact[]> => {
	const ordered = attempts.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
	const byRun = new Map<string, ManifestArtifact[]>(ordered.map(({runID}) => [runID, []]));
	for (const artifact of artifacts) {
		const attempt = ordered.find(({startedAt}) => Date.parse(artifact.time) >= Date.parse(startedAt) - clockToleranceMs);
		byRun.get(attempt?.runID ?? '')?.push(artifact);
	}

	return byRun;
};

/** The header's time is of the Pod's clock, in whole seconds; the attempt's is of the store's. */
const clockToleranceMs = 5000;
