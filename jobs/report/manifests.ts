import {type AttemptRecord} from '../run-folder.ts';
import {rebuiltManifests} from './rebuilt-manifests.ts';
import {isRebuilding} from '#shared/catalogue/attempt.ts';
import {type ManifestArtifact, type RunManifest} from '#shared/catalogue/manifest.ts';
import {present} from '#shared/present.ts';
import {type RunSpec} from '#shared/runs/run-spec.ts';

type Input = {
	readonly record: AttemptRecord;
	readonly completedAt: string;
	readonly requested: readonly string[];
	readonly missing: readonly string[];
	readonly artifacts: readonly ManifestArtifact[];
};

/**
The manifest of this Pod's run.
*/
export const runManifest = (spec: RunSpec, {record, completedAt, requested, missing, artifacts}: Input): RunManifest => ({
	...base(spec, completedAt),
	runID: spec.runID,
	trigger: spec.trigger,
	startedAt: firstStart(spec, record),
	attempt: record.attempt,
	requested,
	missing,
	artifacts,
	...present({scheduledTime: spec.scheduledTime}),
});

/** A retry adds to what the attempts before it did. */
const firstStart = ({runID}: RunSpec, {startedAt, unfinished}: AttemptRecord): string =>
	[startedAt, ...unfinished.filter(attempt => attempt.runID === runID).map(attempt => attempt.startedAt)].toSorted((one, other) => Date.parse(one) - Date.parse(other))[0]!;

/**
The manifests of earlier runs that died before they could write one, with the artifacts that they left (decision D69), and those of a lost catalogue. An empty one says that nothing is left to look for.
*/
export const adoptedManifests = (spec: RunSpec, {record, completedAt, byRun}: Pick<Input, 'record' | 'completedAt'> & {byRun: ReadonlyMap<string, readonly ManifestArtifact[]>}): readonly RunManifest[] => {
	const others = new Map(record.unfinished.filter(({runID}) => runID !== spec.runID).map(attempt => [attempt.runID, attempt]));
	return [...others.values()].flatMap(({runID, startedAt, attempt}): readonly RunManifest[] => {
		const artifacts = byRun.get(runID) ?? [];
		const manifest: RunManifest = {
			...base(spec, completedAt),
			runID,
			trigger: 'adopted',
			startedAt,
			attempt,
			requested: [],
			missing: [],
			artifacts,
		};
		return isRebuilding({attempt}) ? rebuiltManifests(manifest, artifacts) : [manifest];
	});
};

const base = ({owner, target, type}: RunSpec, completedAt: string) => ({
	version: 1 as const, owner, target, type, completedAt,
});
