import {type Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import {
	BlobServiceClient, type ContainerClient, RestError, StorageSharedKeyCredential,
} from '@azure/storage-blob';
import {CommandError} from '../command-error.ts';
import {type Context} from '../console.ts';
import {type CloudFolder, type Place, type PlacedFile} from '../place.ts';
import {createAzureCredential} from './azure-credential.ts';
import {trustTruststore} from './trust.ts';

/**
An Azure container, `azb://account/container/dir/`, by default credentials only. For tests `STAND_IN_AZURE_BLOB_ENDPOINT` (`http://127.0.0.1:10000/account`) and `STAND_IN_AZURE_KEY` name an Azurite; one without TLS takes no tokens, and so needs the key, but a token must be had all the same.
*/
export const openAzure = async ({uri, container: account, path: [container = '', ...path]}: CloudFolder, context: Context): Promise<Place> => {
	const prefix = path.join('/');
	const client = await connect(account, container, context);
	const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
		try {
			return await work();
		} catch (error) {
			throw new CommandError(`Failed to reach container ${container} of account ${account}: ${(error as Error).message}`, 1, {cause: error});
		}
	};

	return {
		uri: name => `${uri}${name}`,
		list: async () => attempt(async () => {
			const files: PlacedFile[] = [];
			for await (const item of client.listBlobsByHierarchy('/', {prefix})) {
				if (item.kind === 'blob') {
					files.push({name: item.name.slice(prefix.length), size: item.properties.contentLength ?? 0});
				}
			}

			return files;
		}),
		open: async name => attempt(async () => {
			const {readableStreamBody} = await client.getBlobClient(prefix + name).download();
			return readableStreamBody as Readable;
		}),
		start: async (name, bytes) => attempt(async () => {
			const {readableStreamBody} = await client.getBlobClient(prefix + name).download(0, bytes);
			return buffer(readableStreamBody as Readable);
		}),
		async create({name}, body) {
			try {
				await attempt(async () => client.getBlockBlobClient(prefix + name).uploadStream(body(), undefined, undefined, {conditions: {ifNoneMatch: '*'}}));
				return true;
			} catch (error) {
				const {cause} = error as Error;
				if (cause instanceof RestError && cause.statusCode === 409) {
					return false;
				}

				throw error;
			}
		},
	};
};

const connect = async (account: string, container: string, {env}: Context): Promise<ContainerClient> => {
	trustTruststore(env);
	const credential = createAzureCredential(env);
	await credential.getToken('https://storage.azure.com/.default');
	const endpoint = env['STAND_IN_AZURE_BLOB_ENDPOINT'];
	const key = env['STAND_IN_AZURE_KEY'];
	const service = endpoint === undefined
		? new BlobServiceClient(`https://${account}.blob.core.windows.net`, credential)
		: new BlobServiceClient(endpoint, key === undefined ? credential : new StorageSharedKeyCredential(account, key));
	return service.getContainerClient(container);
};
