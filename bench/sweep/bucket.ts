import {
	link, mkdir, readdir, rm, utimes, writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import pMap from 'p-map';
import {
	artifactSize, lastRun, writeDirectory, type Size,
} from '#test/shared/retention/large-directory.ts';
import {run} from '#test/e2e/stores/run.ts';
import {openStore} from '#shared/stores/open.ts';

/** Below it lies everything in each bucket. */
export const directoryPath = 'daily';

export type Template = {
	/** Keys that expire. */
	readonly keys: readonly string[];
	readonly databases: readonly string[];
	/** Makes a bucket with all of it, of links to the same files. */
	readonly copyTo: (bucket: string) => Promise<void>;
	/** How many files of a bucket are left, its catalogue not counted. */
	readonly left: (bucket: string) => Promise<number>;
	readonly remove: (bucket: string) => Promise<void>;
};

/**
Makes the files of a directory below the folder of a server that keeps its objects as plain files. The objects that expire are older than `age`, the others are new, so that a tool which goes by age deletes the same.
*/
export const makeTemplate = async (folder: string, size: Size, age: Date): Promise<Template> => {
	const template = path.join(path.dirname(folder), 'template');
	const directory = path.join(template, directoryPath);
	await mkdir(directory, {recursive: true});
	const keys: string[] = [];
	const databases: string[] = [];
	const now = new Date();
	const store = await openStore({type: 'pvc', root: template, path: directoryPath}, {});
	const make = async (names: readonly string[], modified: Date): Promise<void> => {
		// One file under many names: a link is made faster than a file.
		const [first, ...others] = names.map(name => path.join(directory, name));
		await writeFile(first!, 'x'.repeat(artifactSize));
		await utimes(first!, modified, modified);
		await pMap(others, async other => link(first!, other), {concurrency: 16});
	};

	await writeDirectory(store, size, {
		now, async onDatabase({database, kept, expired}) {
			await make(kept, now);
			await make(expired, age);
			keys.push(...expired.map(name => `${directoryPath}/${name}`));
			databases.push(database);
		},
	});
	await store.close();
	await make(lastRun(size, now).artifacts.map(({name}) => name), now);
	const bucketFolder = (bucket: string) => path.join(folder, bucket);
	return {
		keys,
		databases,
		async copyTo(bucket) {
			await run(['cp', '--archive', '--link', template, bucketFolder(bucket)]);
		},
		async left(bucket) {
			const names = await readdir(path.join(bucketFolder(bucket), directoryPath));
			return names.filter(name => !name.startsWith('.')).length;
		},
		async remove(bucket) {
			await rm(bucketFolder(bucket), {recursive: true, force: true});
		},
	};
};
