import process from 'node:process';
import test from 'ava';
import fc from 'fast-check';
import {artifact, at, manifest} from '../catalogue/history.ts';
import {Crash, type Fault, type Request} from '../catalogue/memory-store.ts';
import {artifactsEverWritten, createWorld, type World} from './world.ts';
import {openAttempt} from '#shared/catalogue/attempt.ts';
import {buildChains, type Chain} from '#shared/catalogue/chains.ts';
import {type ManifestArtifact} from '#shared/catalogue/manifest.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {plan} from '#shared/retention/plan.ts';
import {parsePolicy, type RetentionSpec} from '#shared/retention/policy.ts';

/** Seeded runs; a nightly run sets more from outside. */
const runs = Number(process.env['SWEEP_RUNS'] ?? 1000);

const minute = 1 / 1440;

type Step
	= | {readonly kind: 'run'; readonly full: boolean; readonly databases: number; readonly dies: boolean}
		| {readonly kind: 'sweep'; readonly faults: readonly FaultAt[]; readonly during?: Interference; readonly twice: boolean; readonly skewed: boolean}
		| {readonly kind: 'policy'; readonly policy: number}
		| {readonly kind: 'pin' | 'unpin' | 'losesNewestFull' | 'lock' | 'stranger'};

type FaultAt = {readonly request: number; readonly fault: Fault};
type Interference = {readonly request: number; readonly what: 'run' | 'pin' | 'policy'};

const policies: readonly RetentionSpec[] = [{maxCount: 1}, {maxCount: 3}, {maxAge: '2d'}, {maxAge: '1d', minCount: 2}, {keep: {daily: 2}}, {maxCount: 1, deletePolicy: 'Archive'}, {maxAge: '1d', deletePolicy: 'Archive'}];

const faults = fc.array(fc.record<FaultAt>({
	request: fc.integer({min: 0, max: 18}),
	fault: fc.constantFrom<Fault>('crashBefore', 'crashAfter', 'crashBefore', 'crashAfter', 'busy', 'denied', 'cut', 'repeat', 'some'),
}), {maxLength: 2});

const during = fc.option(fc.record<Interference>({
	request: fc.integer({min: 0, max: 18}), what: fc.constantFrom('run', 'pin', 'policy'),
}), {nil: undefined});

const step: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 5, arbitrary: fc.record({
			kind: fc.constant('run' as const), full: fc.boolean(), databases: fc.integer({min: 1, max: 3}), dies: fc.integer({min: 0, max: 9}).map(number => number === 0),
		}),
	},
	{
		weight: 6, arbitrary: fc.record({
			kind: fc.constant('sweep' as const), faults, during, twice: fc.integer({min: 0, max: 3}).map(number => number === 0), skewed: fc.integer({min: 0, max: 9}).map(number => number === 0),
		}) as fc.Arbitrary<Step>,
	},
	{weight: 1, arbitrary: fc.record({kind: fc.constant('policy' as const), policy: fc.integer({min: 0, max: policies.length - 1})})},
	{weight: 1, arbitrary: fc.record({kind: fc.constantFrom('pin' as const, 'unpin' as const, 'losesNewestFull' as const, 'lock' as const, 'stranger' as const)})},
);

/**
One directory under one owner, watched at every request: whatever the sweeps do, nothing may be deleted that the planner, knowing the truth, would keep, and no chain may lose a member before those that build on it.
*/
const createPlay = (world: World) => {
	let retention: RetentionSpec = policies[0]!;
	let generation = 1;
	let tx = 0;
	let days = 1;
	let pinned: readonly string[] = [];
	const unfinished: Array<{days: number; artifacts: readonly ManifestArtifact[]}> = [];

	const changePolicy = (changed: RetentionSpec): void => {
		retention = changed;
		generation++;
	};

	/** As neo4j-admin does: the parent is the most recent file with transactions that lies in the directory. */
	const take = (database: string, full: boolean): ManifestArtifact => {
		const parent = full
			? undefined
			: [...world.written, ...unfinished].flatMap(({artifacts}) => artifacts)
				.filter(one => one.database === database && world.objects.has(one.name))
				.toSorted((one, other) => one.time < other.time ? -1 : 1)
				.at(-1);
		tx += 10;
		return artifact(days, {
			database, full: parent === undefined, lowestTx: parent ? parent.highestTx + 1 : 1, highestTx: tx,
		});
	};

	const run = async ({full, databases, dies}: {full: boolean; databases: number; dies: boolean}): Promise<void> => {
		days = Math.max(days + 0.3, world.today);
		world.today = days;
		await openAttempt(world.open(), {
			runID: manifest(days, []).runID, attempt: 1, startedAt: at(days).toISOString(), pod: 'pod', requested: [],
		});
		const artifacts = Array.from({length: databases}, (_, number) => take(`db${number}`, full));
		if (dies) {
			// The next run takes over what it wrote, under its id.
			for (const {name, size} of artifacts) {
				world.open().put(name, size);
			}

			unfinished.push({days, artifacts});
			return;
		}

		await world.run(days, artifacts);
		for (const left of unfinished.splice(0)) {
			await world.run(left.days, left.artifacts);
		}
	};

	/** A restore writes its pin, reads again, and gives up when its chain is marked (decision D39). */
	const pin = async (): Promise<void> => {
		const chain = chainsLeft(world, snapshot(world)).find(({members}) => members[0]!.full && members.every(({state}) => state !== 'archived'));
		if (!chain || pinned.length > 0) {
			return;
		}

		const names = chain.members.map(({name}) => name);
		const text = JSON.stringify({
			version: 1, restore: 'neo4j/restore', artifacts: names, createdAt: at(world.today).toISOString(),
		});
		world.objects.set(pinKey, {size: text.length, modified: at(world.today), text});
		const {marks} = await readCatalogue(world.open());
		if (marks.expiring.some(({name}) => names.includes(name))) {
			world.objects.delete(pinKey);
			return;
		}

		pinned = names;
	};

	const unpin = (): void => {
		pinned = [];
		world.objects.delete(pinKey);
	};

	const interfere = async (what: Interference['what']): Promise<void> => {
		switch (what) {
			case 'run': {
				await run({full: false, databases: 2, dies: false});
				break;
			}

			case 'pin': {
				await pin();
				break;
			}

			case 'policy': {
				changePolicy({...retention, minCount: 50});
				break;
			}
		}
	};

	/** Somebody locks a backup for some hours. */
	const lock = (): void => {
		const files = [...snapshot(world).files].toSorted();
		const name = files.at(Math.floor(files.length / 2));
		if (name !== undefined) {
			world.objects.set(name, {...world.objects.get(name)!, lock: {kind: 'retention', until: at(world.today + 0.3)}});
		}
	};

	/** Judges what a request deleted by what the planner says with true knowledge of every file. */
	const judge = (before: Snapshot, seen: RetentionSpec): void => {
		const now = snapshot(world);
		world.wrongs.push(
			...[...before.archived].filter(name => !now.archived.has(name)).map(name => `${name} was deleted from the archive`),
			...[...before.strangers].filter(name => !now.strangers.has(name)).map(name => `${name} is of a stranger and was deleted`),
		);
		// What was in the archive already only loses its original.
		const gone = [...before.files].filter(name => !now.files.has(name) && !world.lost.includes(name) && !before.archived.has(name));
		if (gone.length === 0) {
			return;
		}

		const chains = chainsLeft(world, before);
		const kept = keptOf(chains, {retention: seen, pinned, today: world.today});
		world.wrongs.push(...gone.filter(name => kept.has(name)).map(name => `${name} was deleted and should have stayed`), ...gone.filter(name => seen.deletePolicy === 'Archive' && !now.archived.has(name)).map(name => `${name} was deleted and should have been archived`));
		for (const {members} of chains.filter(chain => chain.members.some(({name}) => gone.includes(name)))) {
			const there = members.filter(({name}) => before.files.has(name)).map(({name}) => now.files.has(name));
			if (members.some(({name}) => before.locked.has(name))) {
				world.wrongs.push(`the chain of ${members[0]!.name} was cut although a member is locked`);
			}

			if (there.includes(false) && there.lastIndexOf(true) > there.indexOf(false)) {
				world.wrongs.push(`the chain of ${members[0]!.name} was cut in the middle`);
			}
		}
	};

	const sweepOnce = async ({faults: wanted, during: interference, skewed}: {faults: readonly FaultAt[]; during?: Interference | undefined; skewed: boolean}, deletesAtOnce: number): Promise<void> => {
		const pending: Array<Promise<void>> = [];
		const startedWith = generation;
		// An edit between the last look at the CR and the request that follows cannot be seen by anyone.
		let seen = retention;
		let before = snapshot(world);
		const fault = ({number}: Request): Fault | undefined => {
			before = snapshot(world);
			if (interference?.request === number) {
				pending.push(interfere(interference.what));
			}

			return wanted.find(({request}) => request === number)?.fault;
		};

		try {
			await world.sweep(retention, {
				limits: {
					graceMs: 600_000, batchSize: 3, deletesAtOnce, portionSize: 5, listingMaxAgeMs: 60_000,
				},
				localNow: () => at(world.today + (skewed ? 40 : 0)),
				async changed() {
					await Promise.all(pending.splice(0));
					seen = retention;
					return startedWith === generation ? undefined : 'the CR changed';
				},
				faults: {
					pageSize: 7,
					fault,
					after() {
						judge(before, seen);
					},
				},
			});
		} catch (error) {
			if (!(error instanceof Crash)) {
				throw error;
			}

			judge(before, seen);
		}

		await Promise.all(pending);
	};

	const step = async (current: Step): Promise<void> => {
		switch (current.kind) {
			case 'run': {
				await run(current);
				break;
			}

			case 'policy': {
				changePolicy(policies[current.policy]!);
				break;
			}

			case 'pin': {
				await pin();
				break;
			}

			case 'unpin': {
				unpin();
				break;
			}

			case 'lock': {
				lock();
				break;
			}

			case 'stranger': {
				putStrangers(world);
				break;
			}

			case 'losesNewestFull': {
				loseNewestFull(world);
				break;
			}

			case 'sweep': {
				// What the CR says may change between the looks of two requests that are under way at once, of the one sweep or of the other.
				const deletesAtOnce = current.during?.what === 'policy' ? 1 : 3;
				await (current.twice ? Promise.all([sweepOnce(current, deletesAtOnce), sweepOnce({...current, faults: [], during: undefined}, deletesAtOnce)]) : sweepOnce(current, deletesAtOnce));
				world.today += 7 * minute;
				break;
			}
		}
	};

	/** Sweeps that nothing disturbs, until nothing changes any more; answers what is left to complain about. */
	const settle = async (): Promise<readonly string[]> => {
		unpin();
		await run({full: true, databases: 3, dies: false});
		// Past every maxAge, so that nothing more comes of age while it settles.
		world.today += 3;
		let last = '';
		for (let round = 0; round < 8; round++) {
			world.today += 20 * minute;
			const {reason, message} = await world.sweep(retention);
			last = `${reason}: ${message}`;
		}

		// A file that somebody else removed is noticed only by a sweep that has something to delete.
		const {artifacts, unreadable} = await readCatalogue(world.open());
		const named = new Set(artifacts.filter(({name, state}) => state === 'present' && !world.lost.includes(name)).map(({name}) => name));
		const kept = keptOf(buildChains(artifacts), {retention, pinned, today: world.today});
		return [
			...world.wrongs,
			...unreadable.map(({message}) => message),
			...artifacts.filter(({name}) => !kept.has(name)).map(({name}) => `${name} is still in the catalogue`),
			...[...named.symmetricDifference(snapshot(world).files)].map(name => `${name} is either a file or in the catalogue, not both`),
			...last.startsWith('UpToDate') ? [] : [`the last sweep said ${last}`],
		];
	};

	return {step, settle};
};

type Snapshot = {readonly strangers: ReadonlySet<string>; readonly files: ReadonlySet<string>; readonly archived: ReadonlySet<string>; readonly locked: ReadonlySet<string>};

const archiveFolder = '.neo4j-backup/archive/';

/** Files beside the backups that no manifest names; those of `db0-x` come with each listing of `db0`. */
const strangers: ReadonlySet<string> = new Set(['notes.txt', 'db0-notes.txt', 'db0.backup', 'db0-x-2026-01-01T00-00-00.backup', 'zebra-2026-01-01T00-00-00.backup', 'db1-old/db1-2026-01-01T00-00-00.backup', '.neo4j-backup/notes.txt']);

const putStrangers = (world: World): void => {
	for (const key of strangers) {
		world.open().put(key, 100);
	}
};

const snapshot = ({objects, today}: World): Snapshot => {
	const keys = [...objects.keys()];
	return {
		strangers: new Set(keys.filter(key => strangers.has(key))),
		files: new Set(keys.filter(key => !key.startsWith('.') && !strangers.has(key))),
		archived: new Set(keys.filter(key => key.startsWith(archiveFolder)).map(key => key.slice(archiveFolder.length))),
		locked: new Set(keys.filter(key => {
			const lock = objects.get(key)?.lock;
			return lock?.kind === 'retention' && lock.until.getTime() > at(today).getTime();
		})),
	};
};

const pinKey = '.neo4j-backup/pins/restore.json';

/** The true chains of the artifacts that no sweep deleted: of those there, of those in the archive, and of those that somebody else removed. */
const chainsLeft = (world: World, {files, archived}: Snapshot): readonly Chain[] => {
	const lost = new Set(world.lost);
	return buildChains(artifactsEverWritten(world)
		.filter(({name}) => files.has(name) || archived.has(name) || lost.has(name))
		.map(one => {
			if (archived.has(one.name)) {
				return {...one, state: 'archived'};
			}

			return lost.has(one.name) ? {...one, state: 'missing'} : one;
		}));
};

const keptOf = (chains: readonly Chain[], {retention, pinned, today}: {retention: RetentionSpec; pinned: readonly string[]; today: number}): ReadonlySet<string> => new Set(plan({
	chains, policy: parsePolicy(retention), now: at(today), pins: [{restore: 'truth', artifacts: pinned}],
}).filter(({verdict}) => verdict === 'keep').map(({artifact: {name}}) => name));

const loseNewestFull = (world: World): void => {
	const newest = artifactsEverWritten(world).findLast(({full, name}) => full && world.objects.has(name));
	if (newest) {
		world.objects.delete(newest.name);
		world.lost.push(newest.name);
	}
};

test('a sweep that is cut off, disturbed or lied to at any request deletes nothing wrong, breaks no chain, and a later one finishes', async t => {
	const property = fc.asyncProperty(fc.array(step, {minLength: 4, maxLength: 24}), async steps => {
		const play = createPlay(await createWorld());
		for (const current of steps) {
			await play.step(current);
		}

		const complaints = await play.settle();
		if (complaints.length > 0) {
			throw new Error(complaints.join('; '));
		}
	});
	const result = await fc.check(property, {numRuns: runs});
	t.is(result.failed ? `${fc.defaultReportMessage(result)}\n${String(result.errorInstance)}` : '', '');
});
