import {type Readable} from 'node:stream';
import {RestError} from '@azure/storage-blob';
import {retryBusy} from '../requests.ts';
import {StoreError, type StoredObject} from '../store.ts';
import {guardDownload, readWhole} from '../streams.ts';
import {type AzureContainer} from './container.ts';
import {diagnoseAzure} from './errors.ts';

export type AzureBlob = StoredObject & {readonly etag: string | undefined; readonly version: string | undefined; readonly lockedUntil: Date | undefined; readonly isWhole: boolean};

/**
Looks at one blob, if it is there.
*/
export const statAzure = async ({client, request, whole, opening}: AzureContainer, key: string, attempts = opening.limits.attempts): Promise<AzureBlob | undefined> => {
	const blob = client.getBlobClient(whole(key));
	const found = await request(`Looking at ${whole(key)}`, async abortSignal => unlessMissing(async () => {
		try {
			return await blob.getProperties({abortSignal});
		} catch (error) {
			// A refused HEAD has no body that says why.
			if (error instanceof RestError && error.statusCode === 403) {
				await blob.download(0, 1, {abortSignal, maxRetryRequests: 0});
			}

			throw error;
		}
	}), {attempts});
	return found && {
		key,
		size: found.contentLength ?? 0,
		modified: found.lastModified ?? new Date(0),
		etag: found.etag,
		version: found.versionId,
		lockedUntil: found.immutabilityPolicyExpiresOn,
		// A copy that the server is still at work on has the size of the whole already.
		isWhole: found.copyStatus === undefined || found.copyStatus === 'success',
		...lockOf(found.immutabilityPolicyExpiresOn, found.legalHold === true),
		...(found.accessTier !== undefined && {tier: found.accessTier}),
	};
};

const lockOf = (until: Date | undefined, isHeld: boolean): Pick<StoredObject, 'lock'> => {
	if (isHeld) {
		return {lock: {kind: 'hold'}};
	}

	return until ? {lock: {kind: 'retention', until}} : {};
};

/**
Opens a blob for reading, if it is there.
*/
export const downloadAzure = async ({client, request, whole, name, opening}: AzureContainer, key: string, attempts = opening.limits.attempts): Promise<Readable | undefined> => {
	const operation = `Reading ${whole(key)}`;
	const answer = await request(operation, async abortSignal => unlessMissing(async () => client.getBlobClient(whole(key)).download(0, undefined, {abortSignal, maxRetryRequests: 0})), {attempts});
	return answer && guardDownload(answer.readableStreamBody as Readable, `${operation} in ${name}`, {size: answer.contentLength, idleMs: opening.limits.timeoutMs});
};

/**
Reads a small blob whole, once more when the download breaks off.
*/
export const readAzure = async (container: AzureContainer, key: string, maxBytes: number): Promise<Uint8Array | undefined> => retryBusy(async () => {
	const body = await downloadAzure(container, key, 1);
	return body && readWhole(body, `Reading ${container.whole(key)} in ${container.name}`, maxBytes);
}, container.opening.limits);

/**
Deletes one blob with its snapshots, or one version of it; one that is not there counts as deleted. A lock says until when it holds.
*/
export const deleteAzure = async (container: AzureContainer, key: string, version?: string): Promise<void> => {
	const {client, request, whole, hidden} = container;
	const blob = client.getBlobClient(whole(key));
	try {
		const answer = await request(`Deleting ${whole(key)}`, async abortSignal =>
			unlessMissing(async () => version === undefined ? blob.delete({abortSignal, deleteSnapshots: 'include'}) : blob.withVersion(version).delete({abortSignal})));
		hidden.seen ||= answer?._response.headers.get('x-ms-delete-type-permanent') === 'false';
	} catch (error) {
		throw error instanceof StoreError && error.code === 'Locked' ? await withLockDate(container, key, error) : error;
	}
};

const withLockDate = async (container: AzureContainer, key: string, refusal: StoreError): Promise<StoreError> => {
	try {
		const found = await statAzure(container, key);
		return new StoreError('Locked', refusal.message, {retryAfter: found?.lockedUntil});
	} catch {
		// Whoever may not look at the lock still knows that there is one.
		return refusal;
	}
};

const unlessMissing = async <T>(send: () => Promise<T>): Promise<T | undefined> => {
	try {
		return await send();
	} catch (error) {
		if (diagnoseAzure(error)?.code === 'ObjectNotFound') {
			return undefined;
		}

		throw error;
	}
};
