import {Buffer} from 'node:buffer';
import {createRequire} from 'node:module';
import process from 'node:process';
import {BlobServiceClient, StorageSharedKeyCredential} from '@azure/storage-blob';
import {startServer, type Placement, type ServerProcess} from './process.ts';

export type Azurite = ServerProcess & {
	readonly account: string;
	readonly credentials: {readonly AZURE_STORAGE_ACCOUNT: string; readonly AZURE_STORAGE_KEY: string};
	/** Azure's own client. */
	readonly client: BlobServiceClient;
};

/**
Starts Azurite, Azure's own emulator and a development dependency, with one account and these containers.
*/
export const startAzurite = async ({containers, ...placement}: Placement & {readonly containers: readonly string[]}): Promise<Azurite> => {
	const account = 'backupaccount';
	const key = Buffer.from('a key that nobody must ever see in a message').toString('base64');
	const program = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
	const server = await startServer({
		name: 'azurite',
		command: ({directory, address, port}) => [
			process.execPath, program, '--blobHost', address, '--blobPort', String(port), '--location', directory, '--skipApiVersionCheck', '--disableTelemetry', '--silent',
		],
		environment: {AZURITE_ACCOUNTS: `${account}:${key}`},
	}, placement);
	const client = new BlobServiceClient(`${server.url}/${account}`, new StorageSharedKeyCredential(account, key));
	for (const container of containers) {
		await client.createContainer(container);
	}

	return {
		...server, account, credentials: {AZURE_STORAGE_ACCOUNT: account, AZURE_STORAGE_KEY: key}, client,
	};
};
