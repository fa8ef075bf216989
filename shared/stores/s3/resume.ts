import {ListMultipartUploadsCommand, ListPartsCommand, type Part} from '@aws-sdk/client-s3';
import {isS3Status} from './errors.ts';
import {type MultipartTarget} from './multipart.ts';

export type Begun = {readonly uploadId: string; readonly parts: ReadonlyMap<number, Part>};

/**
A copy in parts of this key and storage class that was begun and cut off, with the parts that are done: a large object takes longer than a sweep has. Undefined when there is none, or when this identity may not look.
*/
export const begunUpload = async (target: MultipartTarget): Promise<Begun | undefined> => {
	const {client, bucket, key, tier = 'STANDARD'} = target;
	const answer = await look(target, async abortSignal => client.send(new ListMultipartUploadsCommand({Bucket: bucket, Prefix: key}), {abortSignal}));
	const uploadId = answer?.Uploads?.findLast(upload => upload.Key === key && (upload.StorageClass ?? 'STANDARD') === tier)?.UploadId;
	const parts = uploadId === undefined ? undefined : await partsOf(target, uploadId);
	return uploadId === undefined || !parts ? undefined : {uploadId, parts: new Map(parts.map(part => [part.PartNumber ?? 0, part]))};
};

const partsOf = async (target: MultipartTarget, uploadId: string): Promise<readonly Part[] | undefined> => {
	const {client, bucket, key} = target;
	const parts: Part[] = [];
	for (let marker: string | undefined; ;) {
		const from = marker;
		const page = await look(target, async abortSignal => client.send(new ListPartsCommand({
			Bucket: bucket, Key: key, UploadId: uploadId, PartNumberMarker: from,
		}), {abortSignal}));
		if (!page) {
			return undefined;
		}

		parts.push(...page.Parts ?? []);
		marker = page.NextPartNumberMarker;
		if (page.IsTruncated !== true || marker === undefined || marker === from) {
			return parts;
		}
	}
};

// Whoever may not look, or asks a server that cannot list uploads, begins anew.
const look = async <T>({request, operation}: MultipartTarget, send: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> => request(operation, async signal => {
	try {
		return await send(signal);
	} catch (error) {
		if (isS3Status(error, 400, 403, 404, 405, 501)) {
			return undefined;
		}

		throw error;
	}
});
