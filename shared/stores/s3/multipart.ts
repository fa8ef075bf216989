import {
	AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, UploadPartCommand, UploadPartCopyCommand, type S3Client, type StorageClass,
} from '@aws-sdk/client-s3';
import pMap from 'p-map';
import {type SendRequest} from '../requests.ts';
import {StoreError} from '../store.ts';
import {numbered} from '../streams.ts';
import {begunUpload, type Begun} from './resume.ts';

export type MultipartTarget = {
	readonly client: S3Client;
	readonly request: SendRequest;
	readonly operation: string;
	readonly bucket: string;
	readonly key: string;
	readonly tier?: string;
	/** What was begun before is gone on with, and what is cut off stays to be gone on with. */
	readonly resumes?: boolean;
};

/**
Sends a body part by part, three at a time, each sent again by itself when the store is busy. Whatever fails takes the whole upload back.
*/
export const uploadInParts = async (target: MultipartTarget, parts: AsyncIterable<Uint8Array>): Promise<void> =>
	inParts(target, async upload => pMap(numbered(parts), async ([part, number]) => {
		const {client, request, operation} = target;
		const answer = await request(operation, async abortSignal => client.send(new UploadPartCommand({
			...upload, PartNumber: number, Body: part, ContentLength: part.length,
		}), {abortSignal}), {bytes: part.length});
		return {PartNumber: number, ETag: answer.ETag};
	}, {concurrency: 3}));

/**
Copies an object on the server part by part, which S3 asks for above 5 GiB. `etag` ties it to the object that was looked at.
*/
export const copyInParts = async (target: MultipartTarget, source: {readonly copySource: string; readonly etag: string | undefined; readonly size: number}, partBytes: number): Promise<void> => {
	const starts = Array.from({length: Math.ceil(source.size / partBytes)}, (_, index) => index * partBytes);
	await inParts(target, async (upload, done) => pMap(starts, async (start, index) => {
		const {client, request, operation} = target;
		const end = Math.min(start + partBytes, source.size) - 1;
		const part = done?.get(index + 1);
		if (part?.Size === end - start + 1) {
			return {PartNumber: index + 1, ETag: part.ETag};
		}

		const answer = await request(operation, async abortSignal => client.send(new UploadPartCopyCommand({
			...upload,
			PartNumber: index + 1,
			CopySource: source.copySource,
			CopySourceIfMatch: source.etag,
			CopySourceRange: `bytes=${start}-${end}`,
		}), {abortSignal}), {bytes: end - start});
		return {PartNumber: index + 1, ETag: answer.CopyPartResult?.ETag};
	}, {concurrency: 8}));
};

type Upload = {readonly Bucket: string; readonly Key: string; readonly UploadId: string};
type Part = {readonly PartNumber: number; readonly ETag: string | undefined};

const inParts = async (target: MultipartTarget, sendParts: (upload: Upload, done?: Begun['parts']) => Promise<Part[]>): Promise<void> => {
	const {client, request, operation, bucket, key} = target;
	const begun = target.resumes ? await begunUpload(target) : undefined;
	const upload = {Bucket: bucket, Key: key, UploadId: begun?.uploadId ?? await begin(target)};
	try {
		const parts = await sendParts(upload, begun?.parts);
		const complete = new CompleteMultipartUploadCommand({...upload, MultipartUpload: {Parts: [...parts]}});
		await request(operation, async abortSignal => client.send(complete, {abortSignal}), {bytes: parts.length * completionBytes});
	} catch (error) {
		const isCutOff = error instanceof StoreError && (error.code === 'TimedOut' || error.code === 'Unreachable' || error.code === 'Busy');
		if (!target.resumes || !isCutOff) {
			await abandon(target, upload);
		}

		throw error;
	}
};

const begin = async ({client, request, operation, bucket, key, tier}: MultipartTarget): Promise<string> => {
	const command = new CreateMultipartUploadCommand({Bucket: bucket, Key: key, StorageClass: tier as StorageClass | undefined});
	const {UploadId} = await request(operation, async abortSignal => client.send(command, {abortSignal}));
	if (UploadId === undefined) {
		throw new StoreError('DoubtfulAnswer', `${operation} failed: the server began an upload without an id.`);
	}

	return UploadId;
};

// Joining many parts takes a server a while: as long as moving 64 KiB for each.
const completionBytes = 64 * 1024;

// The failure that led here is the one to tell; what is left over falls to the bucket's own rule for incomplete uploads.
const abandon = async ({client, request, operation}: MultipartTarget, upload: Upload): Promise<void> => {
	try {
		await request(operation, async abortSignal => client.send(new AbortMultipartUploadCommand(upload), {abortSignal}));
	} catch {
		// Told already.
	}
};
