import {
	artifact, at, manifest, owner,
} from '../catalogue/history.ts';
import {
	createMemoryStore, type MemoryObject, type MemoryOptions, type MemoryStore,
} from '../catalogue/memory-store.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {type RunManifest} from '#shared/catalogue/manifest.ts';
import {liveArtifacts, type CatalogueArtifact} from '#shared/catalogue/artifacts.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {silentLog} from '#shared/log.ts';
import {type SweepOutcome} from '#shared/retention/sweep-outcome.ts';
import {parsePolicy, type RetentionSpec} from '#shared/retention/policy.ts';
import {sweep} from '#shared/retention/sweep.ts';
import {defaultLimits, type SweepInput} from '#shared/retention/sweep-input.ts';

export const hour = 1 / 24;

// A logger is dear to make, and these worlds are many.
const log = silentLog();

/**
A directory, its clock and its owner, and the truth about what was ever written into it.
*/
export type World = {
	/** Days since the first of January. */
	today: number;
	readonly objects: Map<string, MemoryObject>;
	readonly written: RunManifest[];
	/** Artifacts that somebody else removed. */
	readonly lost: string[];
	/** Wrong deletions, in words. */
	readonly wrongs: string[];
	/** A store of its own for each process, all over the same objects. */
	readonly open: (options?: Omit<MemoryOptions, 'objects' | 'now'>) => MemoryStore;
	/** Writes the artifacts of one run and its manifest. */
	readonly run: (days: number, artifacts: ReadonlyArray<ReturnType<typeof artifact>>, change?: Partial<RunManifest>) => Promise<void>;
	readonly sweep: (retention: RetentionSpec | undefined, options?: SweepOptions) => Promise<SweepOutcome>;
	/** Names of the artifacts that lie in the directory. */
	readonly files: () => readonly string[];
};

export type SweepOptions = Partial<Omit<SweepInput, 'policy'>> & {readonly faults?: Omit<MemoryOptions, 'objects' | 'now'>};

export const createWorld = async (): Promise<World> => {
	const objects = new Map<string, MemoryObject>();
	let sweeps = 0;
	const world: World = {
		today: 0,
		objects,
		written: [],
		lost: [],
		wrongs: [],
		open: options => createMemoryStore({...options, objects, now: () => at(world.today)}),
		async run(days, artifacts, change) {
			const store = world.open();
			const done = manifest(days, artifacts, change);
			world.today = Math.max(world.today, days);
			for (const {name, size} of artifacts) {
				store.put(name, size);
			}

			await writeManifest(store, done);
			world.written.push(done);
		},
		async sweep(retention, {faults, ...options} = {}) {
			const number = String(sweeps++).padStart(8, '0');
			return sweep({
				store: world.open(faults),
				policy: parsePolicy(retention),
				owner,
				sweepID: `20260101000000-${number}`,
				now: async () => at(world.today),
				localNow: () => at(world.today),
				changed: async () => undefined,
				log,
				limits: defaultLimits,
				wantedRuns: [],
				...options,
			});
		},
		files: () => [...objects.keys()].filter(key => !key.startsWith('.')).toSorted(),
	};
	await claimDirectory(world.open(), owner);
	return world;
};

/** Marks, waits for the end of the grace, and deletes. */
export const sweepTwice = async (world: World, retention: RetentionSpec | undefined, options?: SweepOptions): Promise<SweepOutcome> => {
	await world.sweep(retention, options);
	world.today += hour;
	return world.sweep(retention, options);
};

/** Runs with one FULL each, one a day, from the first day on. */
export const dailyFulls = async (world: World, days: number): Promise<void> => {
	for (let day = 1; day <= days; day++) {
		await world.run(day, [artifact(day)]);
	}
};

/** Everything ever written, whatever lies there now. */
export const artifactsEverWritten = ({written}: World): readonly CatalogueArtifact[] =>
	liveArtifacts(written.map(one => ({manifest: one})), {quarantined: new Set(), archived: new Set()}).artifacts;
