import {Buffer} from 'node:buffer';
import {type Readable} from 'node:stream';
import pMap from 'p-map';
import {createOnce} from '../create-once.ts';
import {moveInSteps} from '../move.ts';
import {partBytesFor} from '../sizes.ts';
import {StoreError, type CopyOptions} from '../store.ts';
import {cutIntoParts, numbered} from '../streams.ts';
import {type AzureContainer} from './container.ts';
import {azureCode} from './errors.ts';
import {deleteAzure, readAzure, statAzure} from './read.ts';

/**
Creates a blob if none of that name is there; false when there is one.
*/
export const createAzure = async (container: AzureContainer, key: string, body: Uint8Array): Promise<boolean> => createOnce({
	request: container.request,
	operation: `Creating ${container.whole(key)}`,
	body,
	write: async signal => putIfAbsent(container, key, body, signal),
	read: async () => readAzure(container, key, body.length),
});

/**
Streams a body of known size into the container in blocks, three at a time, each sent again by itself. The blob appears when its blocks are listed; blocks that never are fall away by themselves after a week.
*/
export const uploadAzure = async (container: AzureContainer, key: string, body: Readable, size: number): Promise<void> => {
	const {client, request, whole, name, sizes} = container;
	const operation = `Uploading ${whole(key)}`;
	const blob = client.getBlockBlobClient(whole(key));
	const partBytes = partBytesFor(size, sizes.partBytes);
	const blocks = await pMap(numbered(cutIntoParts(body, `${operation} to ${name}`, {size, partBytes})), async ([part, number]) => {
		const id = Buffer.from(String(number).padStart(8, '0')).toString('base64');
		await request(operation, async abortSignal => blob.stageBlock(id, part, part.length, {abortSignal}), {bytes: part.length});
		return id;
	}, {concurrency: 3});
	await request(operation, async abortSignal => blob.commitBlockList(size === 0 ? [] : blocks, {abortSignal}));
};

/**
Copies a blob within the container, waits for the server to finish, and looks at the copy. The copy is of the blob that was there at the start, or it fails.
*/
export const copyAzure = async (container: AzureContainer, from: string, to: string, {tier}: CopyOptions): Promise<void> => {
	const {client, request, whole, name} = container;
	const operation = `Copying ${whole(from)} to ${whole(to)}`;
	const source = await statAzure(container, from);
	if (source === undefined) {
		throw new StoreError('ObjectNotFound', `${operation} in ${name} failed: there is nothing to copy.`);
	}

	const result = await request(operation, async abortSignal => {
		const poller = await client.getBlobClient(whole(to)).beginCopyFromURL(client.getBlobClient(whole(from)).url, {
			abortSignal,
			intervalInMs: 500,
			...(source.etag !== undefined && {sourceConditions: {ifMatch: source.etag}}),
			...(tier !== undefined && {tier}),
		});
		return poller.pollUntilDone();
	}, {bytes: source.size});
	const copy = await statAzure(container, to);
	if (result.copyStatus !== 'success' || copy?.size !== source.size) {
		throw new StoreError('DoubtfulAnswer', `${operation} in ${name} failed: the copy (${result.copyStatus ?? 'of unknown state'}) has ${copy?.size ?? 'no'} bytes, the original ${source.size}.`);
	}
};

/**
Moves a blob within the container: a copy of the access tier, then the end of the original and of the version that it leaves behind.
*/
export const moveAzure = async (container: AzureContainer, from: string, to: string, options: CopyOptions): Promise<void> => {
	const [source, target] = [await statAzure(container, from), await statAzure(container, to)];
	await moveInSteps({
		name: `Moving ${container.whole(from)} to ${container.whole(to)} in ${container.name}`,
		source,
		target: target?.isWhole ? target : undefined,
		copy: async () => copyAzure(container, from, to, options),
		async remove() {
			await deleteAzure(container, from);
			if (source?.version !== undefined) {
				await deleteAzure(container, from, source.version);
			}
		},
	});
};

// Azure keeps the condition; of the servers like it some may ignore it.
const putIfAbsent = async (container: AzureContainer, key: string, body: Uint8Array, abortSignal: AbortSignal): Promise<boolean> => {
	if (container.compatible && await statAzure(container, key, 1) !== undefined) {
		return false;
	}

	try {
		await container.client.getBlockBlobClient(container.whole(key)).upload(body, body.length, {abortSignal, conditions: {ifNoneMatch: '*'}});
		return true;
	} catch (error) {
		if (['BlobAlreadyExists', 'ConditionNotMet', 'TargetConditionNotMet'].includes(azureCode(error))) {
			return false;
		}

		throw error;
	}
};
