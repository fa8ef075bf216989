import {readFile} from 'node:fs/promises';
import process from 'node:process';
import {pipeline} from 'node:stream/promises';
import {buffer} from 'node:stream/consumers';
import {Storage} from '@google-cloud/storage';
import {gaxios, JWT} from 'google-auth-library';
import {CommandError} from '../command-error.ts';
import {type Context} from '../console.ts';
import {type CloudFolder, type Place} from '../place.ts';

/**
A GCS bucket, with the application default credentials. The real neo4j-admin documents no other endpoint than Google's; the stand-in also takes `STORAGE_EMULATOR_HOST`, as Google's own clients do, and says so.
*/
export const openGoogle = async ({uri, container: bucketName, path}: CloudFolder, {env, printError}: Context): Promise<Place> => {
	const keyFile = env['GOOGLE_APPLICATION_CREDENTIALS'];
	const emulator = env['STORAGE_EMULATOR_HOST'];
	if (emulator !== undefined) {
		printError('NOTE: the stand-in sends gs:// to STORAGE_EMULATOR_HOST, which the real neo4j-admin does not document');
		// The client would take it for the base of its paths and leave /storage/v1 out.
		Reflect.deleteProperty(process.env, 'STORAGE_EMULATOR_HOST');
	}

	const authClient = keyFile === undefined ? undefined : toClient(await readKeyFile(keyFile));
	const storage = new Storage({
		...emulator !== undefined && {apiEndpoint: emulator, useAuthWithCustomEndpoint: keyFile !== undefined || env['GCE_METADATA_HOST'] !== undefined},
		...authClient !== undefined && {authClient},
		...env['GOOGLE_CLOUD_PROJECT'] !== undefined && {projectId: env['GOOGLE_CLOUD_PROJECT']},
		retryOptions: {maxRetries: 1},
	});
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
				await attempt(async () => pipeline(body(), target.createWriteStream({resumable: false, validation: 'md5'})));
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

type KeyFile = {readonly client_email?: string; readonly private_key?: string; readonly token_uri?: string};

const readKeyFile = async (file: string): Promise<KeyFile> => {
	try {
		return JSON.parse(await readFile(file, 'utf8')) as KeyFile;
	} catch (error) {
		throw new CommandError(`Error reading credential file from environment variable GOOGLE_APPLICATION_CREDENTIALS, value '${file}': ${(error as Error).message}`, 1, {cause: error});
	}
};

/**
The service account of a key file; any other kind of credentials is left to the library. Google's library for Java asks the file's `token_uri` for tokens; that for Node a fixed address, which is replaced here.
*/
const toClient = ({client_email: email, private_key: key, token_uri: tokens}: KeyFile): JWT | undefined => {
	if (email === undefined || key === undefined) {
		return undefined;
	}

	const transporter = new gaxios.Gaxios();
	transporter.interceptors.request.add({
		async resolved(options) {
			return tokens !== undefined && options.url.hostname === 'oauth2.googleapis.com' ? {...options, url: new URL(tokens)} : options;
		},
	});
	return new JWT({
		email, key, scopes: 'https://www.googleapis.com/auth/devstorage.read_write', transporter,
	});
};
