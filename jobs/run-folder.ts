import {
	mkdir, readFile, readdir, writeFile,
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
The scratch folder that the containers of one Pod share, as typed reads and writes.
*/
export type RunFolder = {
	readonly path: string;
	writeFlag: (file: 'done' | 'followFull') => Promise<void>;
	writeAttempt: (record: AttemptRecord) => Promise<void>;
	readAttempt: () => Promise<AttemptRecord>;
	writeLines: (file: 'databases' | 'adopted', lines: readonly string[]) => Promise<void>;
	writeConfig: (settings: Readonly<Record<string, string>>) => Promise<void>;
	/** Undefined when the container that ran neo4j-admin died before it ended. */
	readExitCode: () => Promise<number | undefined>;
	readLog: () => Promise<string>;
	/** The outputs of `neo4j-admin backup inspect`, one an inspected path. */
	readInspections: () => Promise<readonly string[]>;
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
		async readInspections() {
			const names = await readdir(at(runFiles.inspections)).catch(() => [] as string[]);
			return Promise.all(names.map(async name => readFile(path.join(at(runFiles.inspections), name), 'utf8')));
		},
	};
};
