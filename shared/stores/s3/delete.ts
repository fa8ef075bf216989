import {DeleteObjectsCommand, type DeleteObjectsCommandOutput} from '@aws-sdk/client-s3';
import pMap from 'p-map';
import {type DeleteFailure} from '../store.ts';
import {type S3Bucket} from './bucket.ts';
import {diagnoseS3Key} from './errors.ts';
import {statS3} from './read.ts';

/**
Deletes in batches of 1,000, four at a time, and answers the keys that stayed. The answers are not the quiet ones, in which a key that the server forgot to mention would count as deleted.
*/
export const deleteS3 = async (bucket: S3Bucket, keys: readonly string[]): Promise<readonly DeleteFailure[]> => {
	const batches = Array.from({length: Math.ceil(keys.length / batchSize)}, (_, index) => keys.slice(index * batchSize, (index + 1) * batchSize));
	const failures = await pMap(batches, async batch => deleteBatch(bucket, batch), {concurrency: 4});
	return pMap(failures.flat(), async failure => addLockDate(bucket, failure), {concurrency: 8});
};

const batchSize = 1000;

const deleteBatch = async ({client, request, bucket, whole}: S3Bucket, keys: readonly string[]): Promise<readonly DeleteFailure[]> => {
	const keyOf = new Map(keys.map(key => [whole(key), key]));
	const answer = await request(`Deleting ${keys.length} objects`, async abortSignal => client.send(new DeleteObjectsCommand({
		Bucket: bucket,
		Delete: {Objects: [...keyOf.keys()].map(key => ({Key: key})), Quiet: false},
	}), {abortSignal}));
	return toFailures(keyOf, answer);
};

const toFailures = (keyOf: ReadonlyMap<string, string>, {Deleted: deleted = [], Errors: errors = []}: DeleteObjectsCommandOutput): DeleteFailure[] => {
	const open = new Map(keyOf);
	for (const {Key: key = ''} of deleted) {
		open.delete(key);
	}

	const reasons = new Map(errors.map(({Key: key = '', Code: code = '', Message: message = ''}) => [key, {code, message}]));
	return [...open].flatMap(([whole, key]) => {
		const {code, message} = reasons.get(whole) ?? {code: 'Unknown', message: 'the server did not say whether it deleted it'};
		return code === 'NoSuchKey' ? [] : [{key, reason: diagnoseS3Key(code, message), message: `${code}: ${message}`}];
	});
};

// The refusal itself does not say until when the lock holds.
const addLockDate = async (bucket: S3Bucket, failure: DeleteFailure): Promise<DeleteFailure> => {
	if (failure.reason !== 'Locked') {
		return failure;
	}

	const lockedUntil = await lockDate(bucket, failure.key);
	return {...failure, ...(lockedUntil !== undefined && {retryAfter: lockedUntil})};
};

const lockDate = async (bucket: S3Bucket, key: string): Promise<Date | undefined> => {
	try {
		const found = await statS3(bucket, key);
		return found?.lockedUntil;
	} catch {
		// Whoever may not look at the lock still knows that there is one.
		return undefined;
	}
};
