import {type ManifestArtifact} from '#shared/catalogue/manifest.ts';
import {clockToleranceMs} from '#shared/clock-tolerance.ts';

type Attempt = {readonly runID: string; readonly startedAt: string};

/**
Which run each artifact is of. What this Pod's own log calls finished is this run's, whatever the clocks said. Anything else was left by an attempt that died: by the latest one that had begun when the artifact was written. Those older than all attempts belong to nobody we know and stay untouched. The header's time is of a Pod's clock, the attempt's of the store's.

Where the log calls nothing finished (its wording may change from version to version), this Pod's attempt takes part by its time as well.
*/
export const attributeArtifacts = (artifacts: readonly ManifestArtifact[], current: Attempt & {readonly finished: readonly string[]}, unfinished: readonly Attempt[]): ReadonlyMap<string, readonly ManifestArtifact[]> => {
	const {finished} = current;
	const attempts = finished.length === 0 ? [current, ...unfinished] : unfinished;
	const ordered = attempts.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
	const runOf = ({name, time}: ManifestArtifact): string | undefined => finished.includes(name)
		? current.runID
		: ordered.find(({startedAt}) => Date.parse(time) >= Date.parse(startedAt) - clockToleranceMs)?.runID;

	const byRun = new Map<string, ManifestArtifact[]>([current, ...unfinished].map(({runID}) => [runID, []]));
	for (const artifact of artifacts) {
		byRun.get(runOf(artifact) ?? '')?.push(artifact);
	}

	return byRun;
};
