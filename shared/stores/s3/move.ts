import {DeleteObjectCommand} from '@aws-sdk/client-s3';
import {moveInSteps} from '../move.ts';
import {StoreError, type CopyOptions} from '../store.ts';
import {type S3Bucket} from './bucket.ts';
import {copyS3} from './copy.ts';
import {statS3, type S3Object} from './read.ts';

/**
Moves an object within the bucket: a copy of the storage class, then the end of the version that was copied, so that a versioned bucket does not keep it twice.
*/
export const moveS3 = async (bucket: S3Bucket, from: string, to: string, options: CopyOptions): Promise<void> => {
	const [source, target] = [await statS3(bucket, from), await statS3(bucket, to)];
	await moveInSteps({
		name: `Moving ${bucket.whole(from)} to ${bucket.whole(to)} in ${bucket.name}`,
		source,
		target,
		copy: async () => copyWithTier(bucket, from, to, options),
		remove: async () => removeVersion(bucket, source!),
	});
};

// Servers that are not Amazon's own may know no classes: what counts is that the file is out of the way.
const copyWithTier = async (bucket: S3Bucket, from: string, to: string, options: CopyOptions): Promise<void> => {
	try {
		await copyS3(bucket, from, to, {...options, resumes: true});
	} catch (error) {
		if (!bucket.compatible || !(error instanceof StoreError) || error.code !== 'Unsupported') {
			throw error;
		}

		await copyS3(bucket, from, to, {resumes: true});
	}
};

const removeVersion = async ({client, request, bucket, whole}: S3Bucket, {key, version}: S3Object): Promise<void> => {
	// A bucket whose versions are suspended calls the version "null", which must not be named: it is the only one.
	const named = version === undefined || version === 'null' ? {} : {VersionId: version};
	await request(`Deleting ${whole(key)}`, async abortSignal => client.send(new DeleteObjectCommand({Bucket: bucket, Key: whole(key), ...named}), {abortSignal}));
};
