import {readFile} from 'node:fs/promises';
import {pipeline} from 'node:stream/promises';
import {buffer} from 'node:stream/consumers';
import {Storage} from '@google-cloud/storage';
import {CommandError} from '../command-error.ts';
import {type Context} from '../console.ts';
import {type CloudFolder, type Place} from '../place.ts';

/**
A GCS bucket, with the application default credentials. The real neo4j-admin documents no other endpoint than Google's; the stand-in also takes `STORAGE_EMULATOR_HOST`, as Google's own clients do, and says so.
*/
export const openGoogle = async ({uri, container: bucketName, path}: CloudFolder, {env, printError}: Context): Promise<Place> => {
	if (env['STORAGE_EMULATOR_HOST'] !== undefined) {
		printError('NOTE: the stand-in sends gs:// to STORAGE_EMULATOR_HOST, which the real neo4j-admin does not document');
	}

	await checkKeyFile(env['GOOGLE_APPLICATION_CREDENTIALS']);
	const storage = new Storage({...env['GOOGLE_CLOUD_PROJECT'] !== undefined && {projectId: env['GOOGLE_CLOUD_PROJECT']}, retryOptions: {maxRetries: 1}});
	const bucket = storage.bucket(bucketName);
	const prefix = path.join('/');
	const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
		try {
			return await work();
		} catch (error) {
			throw new CommandError(`Failed to reach bucket ${bucketName}: ${(error as Error).message}`, 1, {cause: error});
		}
	};

	return {
		uri: name => `${uri}${name}`,
		list: async () => attempt(async () => {
			const [files] = await bucket.getFiles({prefix, delimiter: '/'});
			return files.map(({name, metadata}) => ({name: name.slice(prefix.length), size: Number(metadata.size)})).filter(({name}) => name !== '');
		}),
		open: async name => bucket.file(prefix + name).createReadStream(),
		start: async (name, bytes) => attempt(async () => buffer(bucket.file(prefix + name).createReadStream({start: 0, end: bytes - 1}))),
		async create({name}, body) {
			const target = bucket.file(prefix + name, {preconditionOpts: {ifGenerationMatch: 0}});
			try {
				await attempt(async () => pipeline(body(), target.createWriteStream({resumable: false})));
				return true;
			} catch (error) {
				if (((error as Error).cause as {code?: unknown}).code === 412) {
					return false;
				}

				throw error;
			}
		},
	};
};

const checkKeyFile = async (file: string | undefined): Promise<void> => {
	if (file === undefined) {
		return;
	}

	try {
		JSON.parse(await readFile(file, 'utf8'));
	} catch (error) {
		throw new CommandError(`Error reading credential file from environment variable GOOGLE_APPLICATION_CREDENTIALS, value '${file}': ${(error as Error).message}`, 1, {cause: error});
	}
};
