import {compactTime, shortHash} from '#shared/api/names.ts';
import {type ManifestArtifact, type RunManifest} from '#shared/catalogue/manifest.ts';

/** So long after the first of its artifacts the next one is taken for another run's. */
const longestRunMs = 60 * 60_000;

/**
The manifests that take the place of lost ones: artifacts in the order of their headers, a run begins with each that is of a database which the run before has already, or that is much younger. So the order within each database is that of the headers, whatever the runs were in truth. The one that closes the rebuilding names nothing and comes last.
*/
export const rebuiltManifests = (closing: RunManifest, artifacts: readonly ManifestArtifact[]): readonly RunManifest[] => {
	const runs: ManifestArtifact[][] = [];
	for (const artifact of artifacts.toSorted((one, other) => Date.parse(one.time) - Date.parse(other.time))) {
		const run = runs.at(-1);
		if (run && Date.parse(artifact.time) - Date.parse(run[0]!.time) <= longestRunMs && !run.some(({database}) => database === artifact.database)) {
			run.push(artifact);
		} else {
			runs.push([artifact]);
		}
	}

	return [...runs.map(run => ({
		...closing, runID: runIDOf(run), trigger: 'rebuilt' as const, startedAt: run[0]!.time, artifacts: run,
	})), {...closing, trigger: 'rebuilt', artifacts: []}];
};

const runIDOf = (run: readonly ManifestArtifact[]): string => `${compactTime(new Date(run[0]!.time))}-${shortHash(...run.map(({name}) => name))}`;
