import {CopyObjectCommand, type StorageClass} from '@aws-sdk/client-s3';
import {partBytesFor} from '../sizes.ts';
import {StoreError, type CopyOptions} from '../store.ts';
import {type S3Bucket} from './bucket.ts';
import {copyInParts} from './multipart.ts';
import {statS3, type S3Object} from './read.ts';

/**
Copies an object within the bucket, in parts when it is larger than S3 copies at once, and looks at the copy afterwards. The copy is of the object that was there at the start, or it fails.
*/
export const copyS3 = async (bucket: S3Bucket, from: string, to: string, options: CopyOptions & {readonly resumes?: boolean}): Promise<void> => {
	const operation = `Copying ${bucket.whole(from)} to ${bucket.whole(to)}`;
	const source = await statS3(bucket, from);
	if (source === undefined) {
		throw new StoreError('ObjectNotFound', `${operation} in ${bucket.name} failed: there is nothing to copy.`);
	}

	await copyOnServer(bucket, operation, source, {to, ...options});
	const copy = await statS3(bucket, to);
	if (copy?.size !== source.size) {
		throw new StoreError('DoubtfulAnswer', `${operation} in ${bucket.name} failed: the copy has ${copy?.size ?? 'no'} bytes, the original ${source.size}.`);
	}
};

const copyOnServer = async (bucket: S3Bucket, operation: string, source: S3Object, {to, tier, resumes = false}: CopyOptions & {readonly to: string; readonly resumes?: boolean}): Promise<void> => {
	const {client, request, whole, sizes} = bucket;
	const key = whole(to);
	const copySource = [bucket.bucket, ...whole(source.key).split('/')].map(part => encodeURIComponent(part)).join('/');
	if (source.size > sizes.wholeCopyBytes) {
		await copyInParts({
			...bucket, operation, key, resumes, ...(tier !== undefined && {tier}),
		}, {...source, copySource}, partBytesFor(source.size, sizes.copyPartBytes));
		return;
	}

	await request(operation, async abortSignal => client.send(new CopyObjectCommand({
		Bucket: bucket.bucket,
		Key: key,
		CopySource: copySource,
		CopySourceIfMatch: source.etag,
		StorageClass: tier as StorageClass | undefined,
	}), {abortSignal}), {bytes: source.size});
};
