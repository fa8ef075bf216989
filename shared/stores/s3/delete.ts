import {DeleteObjectsCommand, type DeleteObjectsCommandOutput, type ObjectIdentifier} from '@aws-sdk/client-s3';
import pMap from 'p-map';
import {type DeleteFailure, type DeleteOptions} from '../store.ts';
import {type S3Bucket} from './bucket.ts';
import {diagnoseS3Key} from './errors.ts';
import {statS3} from './read.ts';
import {versionsS3} from './versions.ts';

/**
Deletes in batches of 1,000, four at a time, every version of the keys where that is asked for, and answers the keys that stayed. The answers are not the quiet ones, in which a key that the server forgot to mention would count as deleted.
*/
export const deleteS3 = async (bucket: S3Bucket, keys: readonly string[], {versions = 'Keep'}: DeleteOptions): Promise<readonly DeleteFailure[]> => {
	const doomed: readonly Doomed[] = versions === 'Delete' ? await versionsS3(bucket, keys) : keys.map(key => ({key}));
	const batches = Array.from({length: Math.ceil(doomed.length / batchSize)}, (_, index) => doomed.slice(index * batchSize, (index + 1) * batchSize));
	const failures = await pMap(batches, async batch => deleteBatch(bucket, batch), {concurrency: 4});
	// Of a key with several versions that stayed one failure is told.
	const first = new Map(failures.flat().toReversed().map(failure => [failure.key, failure]));
	return pMap([...first.values()].toReversed(), async failure => addLockDate(bucket, failure), {concurrency: 8});
};

/** A key, or one version of it. */
export type Doomed = {readonly key: string; readonly version?: string};

const batchSize = 1000;

const deleteBatch = async ({client, request, bucket, whole, markers}: S3Bucket, doomed: readonly Doomed[]): Promise<readonly DeleteFailure[]> => {
	const objects = new Map(doomed.map(({key, version}) => {
		const object: ObjectIdentifier = {Key: whole(key), ...(version !== undefined && {VersionId: version})};
		return [nameOf(object), {key, object}];
	}));
	const answer = await request(`Deleting ${doomed.length} objects`, async abortSignal => client.send(new DeleteObjectsCommand({
		Bucket: bucket,
		Delete: {Objects: [...objects.values()].map(({object}) => object), Quiet: false},
	}), {abortSignal}));
	markers.seen ||= answer.Deleted?.some(({DeleteMarker: isMarker, VersionId: version}) => isMarker === true && version === undefined) === true;
	return toFailures(new Map([...objects].map(([name, {key}]) => [name, key])), answer);
};

const nameOf = ({Key: key = '', VersionId: version = ''}: Partial<ObjectIdentifier>): string => JSON.stringify([key, version]);

const toFailures = (keyOf: ReadonlyMap<string, string>, {Deleted: deleted = [], Errors: errors = []}: DeleteObjectsCommandOutput): DeleteFailure[] => {
	const open = new Map(keyOf);
	for (const object of deleted) {
		open.delete(nameOf(object));
		// Where no version was named, the key alone tells, whatever a server adds.
		open.delete(nameOf({Key: object.Key ?? ''}));
	}

	const reasons = new Map(errors.flatMap(({
		Key: key = '', VersionId: version = '', Code: code = '', Message: message = '',
	}) => [[nameOf({Key: key, VersionId: version}), {code, message}], [nameOf({Key: key}), {code, message}]] as const));
	return [...open].flatMap(([name, key]) => {
		const {code, message} = reasons.get(name) ?? {code: 'Unknown', message: 'the server did not say whether it deleted it'};
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
