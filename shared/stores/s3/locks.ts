import {GetObjectLockConfigurationCommand} from '@aws-sdk/client-s3';
import pMap from 'p-map';
import {StoreError, type ObjectLock, type StoredObject} from '../store.ts';
import {type S3Bucket} from './bucket.ts';
import {isS3Status} from './errors.ts';
import {statS3} from './read.ts';

/**
The locks of objects, each read by itself, which costs a request each: only in a bucket that has object lock switched on can there be any.
*/
export const locksS3 = async (bucket: S3Bucket, objects: readonly StoredObject[]): Promise<ReadonlyMap<string, ObjectLock>> => {
	if (objects.length === 0 || !await canLock(bucket)) {
		return new Map();
	}

	const found = await pMap(objects, async ({key}) => statS3(bucket, key), {concurrency: 32});
	return new Map(found.flatMap(object => object?.lock ? [[object.key, object.lock]] : []));
};

// 404 is the answer of a bucket without; a server that knows no locks says 400, 405 or 501, and whoever may not ask 403.
const canLock = async ({client, request, bucket, name}: S3Bucket): Promise<boolean> => {
	try {
		return await request(`Asking for the locks of ${name}`, async abortSignal => {
			try {
				const {ObjectLockConfiguration: configuration} = await client.send(new GetObjectLockConfigurationCommand({Bucket: bucket}), {abortSignal});
				return configuration?.ObjectLockEnabled === 'Enabled';
			} catch (error) {
				if (isS3Status(error, 400, 403, 404, 405, 501)) {
					return false;
				}

				throw error;
			}
		});
	} catch (error) {
		// An answer of another kind says of locks nothing.
		if (error instanceof StoreError && error.code === 'DoubtfulAnswer') {
			return false;
		}

		throw error;
	}
};
