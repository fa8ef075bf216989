import {randomUUID} from 'node:crypto';
import {
	mkdir, mkdtemp, readFile, readdir, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {type ExecutionContext} from 'ava';
import {runResolveJob} from '#jobs/resolve/resolve-job.ts';
import {silentLog} from '#shared/log.ts';
import {decodeResolveOutcome, type ResolveOutcome, type ResolvedBackup} from '#shared/restore/resolve-outcome.ts';
import {restoreSpecVariable, type RestoreJobSpec} from '#shared/restore/restore-spec.ts';
import {type StoreLocation} from '#shared/stores/store.ts';

export type Resolved = {readonly exit: number; readonly text: string; readonly outcome: ResolveOutcome | undefined};

type Surroundings = Parameters<typeof runResolveJob>[1];

export type Resolver = {
	readonly run: (change?: Partial<RestoreJobSpec>, surroundings?: {readonly key?: Uint8Array; readonly open?: Surroundings['open']; readonly environment?: NodeJS.ProcessEnv}) => Promise<Resolved>;
	/** The artifacts, which there must be. */
	readonly found: (change?: Partial<RestoreJobSpec>, surroundings?: Parameters<Resolver['run']>[1]) => Promise<ResolvedBackup>;
	/** The refusal, which there must be, as `<reason>: <message>`. */
	readonly refused: (change?: Partial<RestoreJobSpec>, surroundings?: Parameters<Resolver['run']>[1]) => Promise<string>;
	/** Puts a file into the claim, by its path from the root. */
	readonly file: (name: string, content?: string) => Promise<void>;
	/** The pins in the directory, in order of their names. */
	readonly pins: (directory?: string) => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>;
};

export const uid = '7d1f6c3e-0000-4000-8000-000000000001';

/**
Runs the container of a resolve Job on a claim, as a Pod would.
*/
export const resolverOf = async (t: ExecutionContext, location: StoreLocation): Promise<Resolver> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'resolve-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const run: Resolver['run'] = async (change = {}, {key, open, environment} = {}) => {
		const spec: RestoreJobSpec = {
			restore: 'neo4j/back', uid, location, database: 'neo4j', wanted: {kind: 'newest'}, ...change,
		};
		const log = path.join(folder, randomUUID());
		const keyFile = path.join(folder, 'key');
		await (key && writeFile(keyFile, key));
		const exit = await runResolveJob({
			[restoreSpecVariable]: JSON.stringify(spec), TERMINATION_LOG: log, ...(key && {ENCRYPTION_KEY_FILE: keyFile}), ...environment,
		}, {
			log: silentLog(), print: () => undefined, ...(open && {open}),
		});
		const text = await readFile(log, 'utf8');
		return {exit, text, outcome: decodeResolveOutcome(text)};
	};

	const at = (name: string) => path.join(location.root!, name);
	return {
		run,
		async found(...given) {
			const {outcome, text} = await run(...given);
			return outcome?.outcome === 'resolved' ? outcome : t.fail(text);
		},
		async refused(...given) {
			const {outcome, exit, text} = await run(...given);
			t.is(exit, 0, text);
			return outcome?.outcome === 'refused' ? `${outcome.reason}: ${outcome.message}` : t.fail(text);
		},
		async file(name, content = 'a backup') {
			await mkdir(path.dirname(at(name)), {recursive: true});
			await writeFile(at(name), content);
		},
		async pins(directory = location.path) {
			const names = await readdir(at(`${directory}/.neo4j-backup/pins`)).catch(() => []);
			return Promise.all(names.toSorted((one, other) => one < other ? -1 : 1).map(async name => ({name, ...JSON.parse(await readFile(at(`${directory}/.neo4j-backup/pins/${name}`), 'utf8')) as Readonly<Record<string, unknown>>})));
		},
	};
};
