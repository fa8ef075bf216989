import {type S3Client} from '@aws-sdk/client-s3';
import {createServerClock, type ServerClock} from '../../kube/server-clock.ts';
import {type Opening} from '../driver.ts';
import {basePrefix, checkKey} from '../keys.ts';
import {createRequests, type SendRequest} from '../requests.ts';
import {createS3Client} from './client.ts';
import {diagnoseS3} from './errors.ts';

/**
Objects on a page of a listing, bytes of a part of an upload or a copy at least, and of the largest object that is copied in one request. Tests make them small.
*/
export type S3Sizes = {readonly pageSize: number; readonly partBytes: number; readonly wholeCopyBytes: number; readonly copyPartBytes: number};

/**
An open directory of a bucket, as every operation on it needs it.
*/
export type S3Bucket = {
	readonly client: S3Client;
	readonly request: SendRequest;
	readonly clock: ServerClock;
	readonly bucket: string;
	/** The bucket and its server as messages name them. */
	readonly name: string;
	/** Prefix of every key: `path/`, or nothing. */
	readonly base: string;
	/** The bucket's key of a key in the directory. Throws an `InvalidKey`. */
	readonly whole: (key: string) => string;
	/** Whether the server is one that may ignore what Amazon's keeps. */
	readonly compatible: boolean;
	/** Whether a deletion was answered with a delete marker: the bucket keeps versions. */
	readonly markers: {seen: boolean};
	readonly opening: Opening;
	readonly sizes: S3Sizes;
};

/**
Connects to a bucket; nothing is sent yet.
*/
export const connectS3 = (opening: Opening, sizes: S3Sizes): S3Bucket => {
	const {location, credentials, limits, secretName} = opening;
	const {bucket = '', endpointURL} = location;
	const name = `bucket ${bucket}${endpointURL === undefined ? '' : ` at ${endpointURL}`}`;
	const clock = createServerClock();
	const base = basePrefix(location.path);
	return {
		client: createS3Client(opening, clock),
		request: createRequests({
			name,
			secretKeys: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN, where there is one)',
			rights: 's3:ListBucket on the bucket and s3:GetObject, s3:PutObject, s3:DeleteObject on its objects',
			...(secretName !== undefined && {secretName}),
			credentials,
		}, limits, diagnoseS3),
		clock,
		bucket,
		name,
		base,
		whole(key) {
			checkKey(key);
			return base + key;
		},
		compatible: endpointURL !== undefined,
		markers: {seen: false},
		opening,
		sizes,
	};
};
