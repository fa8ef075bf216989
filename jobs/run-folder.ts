import {
	mkdir, open, readFile, readdir, writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import {runFiles} from '#shared/runs/run-spec.ts';

export type AttemptRecord = {
	/** 1 for the first Pod of the Job. */
	readonly attempt: number;
	/** By the store's clock. */
	readonly startedAt: string;
	/** Attempts, of this run and of earlier ones, that ended without a manifest. */
	readonly unfinished: ReadonlyArray<{readonly runID: string; readonly attempt: number; readonly startedAt: string}>;
};

/**
What a check left of one artifact.
*/
export type VerificationResult = {
	/** Undefined when the container died before the check ended. */
	readonly exitCode: number | undefined;
	readonly log: string;
	/** How the report of inconsistencies begins, where there is one. */
	readonly report?: string;
};

/**
By the name that neo4j-admin gave the artifact: why it could not be encrypted and uploaded, or nothing.
*/
export type EncryptionResults = Readonly<Record<string, {readonly problem?: string}>>;

/**
The scratch folder that the containers of one Pod share, as typed reads and writes.
*/
export type RunFolder = {
	readonly path: string;
	writeFlag: (file: 'done' | 'followFull' | 'everything') => Promise<void>;
	writeAttempt: (record: AttemptRecord) => Promise<void>;
	readAttempt: () => Promise<AttemptRecord>;
	/** Whether an earlier attempt did all there was to do. */
	isDone: () => Promise<boolean>;
	writeLines: (file: 'databases' | 'adopted' | 'decrypted' | 'notRebuilt' | 'checks', lines: readonly string[]) => Promise<void>;
	writeConfig: (settings: Readonly<Record<string, string>>) => Promise<void>;
	/** Undefined when the container that ran neo4j-admin died before it ended. */
	readExitCode: () => Promise<number | undefined>;
	readLog: () => Promise<string>;
	/** Artifacts of earlier attempts that no manifest names yet. */
	readAdopted: () => Promise<readonly string[]>;
	/** Those of them that lie in the store encrypted, by their names there, and in the staging folder decrypted. */
	readDecrypted: () => Promise<readonly string[]>;
	/** Why artifacts of a lost catalogue stay unknown, as sentences. */
	readNotRebuilt: () => Promise<readonly string[]>;
	writeEncrypted: (results: EncryptionResults) => Promise<void>;
	/** Undefined when the container that encrypts died before it ended. */
	readEncrypted: () => Promise<EncryptionResults | undefined>;
	/** The outputs of `neo4j-admin backup inspect`, one an inspected path. */
	readInspections: () => Promise<readonly string[]>;
	writeVerification: (artifact: string, result: {readonly exitCode: number; readonly log: string}) => Promise<void>;
	readVerification: (artifact: string) => Promise<VerificationResult | undefined>;
};

export const runFolder = (folder: string): RunFolder => {
	const at = (name: string) => path.join(folder, name);
	const readOptional = async (name: string): Promise<string | undefined> => {
		try {
			return await readFile(at(name), 'utf8');
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
				return undefined;
			}

			throw error;
		}
	};

	const readLines = async (file: 'adopted' | 'decrypted' | 'notRebuilt'): Promise<readonly string[]> => {
		const text = await readOptional(runFiles[file]);
		return text?.split('\n').filter(Boolean) ?? [];
	};

	return {
		path: folder,
		async writeFlag(file) {
			await mkdir(folder, {recursive: true});
			await writeFile(at(runFiles[file]), '');
		},
		async writeAttempt(record) {
			await mkdir(folder, {recursive: true});
			await writeFile(at(runFiles.attempt), JSON.stringify(record));
		},
		readAttempt: async () => JSON.parse(await readFile(at(runFiles.attempt), 'utf8')) as AttemptRecord,
		isDone: async () => await readOptional(runFiles.done) !== undefined,
		async writeLines(file, lines) {
			await writeFile(at(runFiles[file]), lines.map(line => `${line}\n`).join(''));
		},
		async writeConfig(settings) {
			await writeFile(at(runFiles.config), Object.entries(settings).map(([name, value]) => `${name}=${value}\n`).join(''), {mode: 0o640});
		},
		async readExitCode() {
			const text = await readOptional(runFiles.exitCode);
			return text?.trim() ? Number(text) : undefined;
		},
		readLog: async () => await readOptional(runFiles.log) ?? '',
		readAdopted: async () => readLines('adopted'),
		readDecrypted: async () => readLines('decrypted'),
		readNotRebuilt: async () => readLines('notRebuilt'),
		async writeEncrypted(results) {
			await writeFile(at(runFiles.encrypted), JSON.stringify(results));
		},
		async readEncrypted() {
			const text = await readOptional(runFiles.encrypted);
			return text === undefined ? undefined : JSON.parse(text) as EncryptionResults;
		},
		async readInspections() {
			const names = await readdir(at(runFiles.inspections)).catch(() => [] as string[]);
			return Promise.all(names.map(async name => readFile(path.join(at(runFiles.inspections), name), 'utf8')));
		},
		async writeVerification(artifact, {exitCode, log}) {
			const results = at(path.join(runFiles.verifications, artifact));
			await mkdir(results, {recursive: true});
			await writeFile(path.join(results, 'exit-code'), String(exitCode));
			await writeFile(path.join(results, 'log'), log);
		},
		async readVerification(artifact) {
			const results = path.join(runFiles.verifications, artifact);
			const names = await readdir(at(results)).catch(() => [] as string[]);
			const exitCode = await readOptional(path.join(results, 'exit-code'));
			const report = names.find(name => name.endsWith('.report'));
			return names.length === 0
				? undefined
				: {
					exitCode: exitCode?.trim() ? Number(exitCode) : undefined,
					log: await readOptional(path.join(results, 'log')) ?? '',
					...(report && {report: await readBeginning(at(path.join(results, report)))}),
				};
		},
	};
};

/** A report has a line for each inconsistency. */
const readBeginning = async (file: string): Promise<string> => {
	await using handle = await open(file);
	const {buffer, bytesRead} = await handle.read(new Uint8Array(4096), 0, 4096, 0);
	return new TextDecoder().decode(buffer.subarray(0, bytesRead));
};
