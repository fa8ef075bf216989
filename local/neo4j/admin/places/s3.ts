import {Buffer} from 'node:buffer';
import {type Readable} from 'node:stream';
import {
	GetObjectCommand, paginateListObjectsV2, PutObjectCommand, S3Client, S3ServiceException,
} from '@aws-sdk/client-s3';
import {CommandError} from '../command-error.ts';
import {type Context} from '../console.ts';
import {type CloudFolder, type Place, type PlacedFile} from '../place.ts';
import {trustSystemBundle} from './trust.ts';

/**
An S3 bucket, reached as the AWS SDK does by itself: credentials, region and endpoint from its own environment and files. `AWS_DEFAULT_REGION` is not among them. Path style as the JVM is told it, by `JAVA_TOOL_OPTIONS=-Daws.s3.forcePathStyle=true`.
*/
export const openS3 = async ({uri, container: bucket, path}: CloudFolder, {env}: Context): Promise<Place> => {
	trustSystemBundle(env);
	const client = new S3Client({
		forcePathStyle: /-Daws\.s3\.forcePathStyle=true(?:\s|$)/v.test(env['JAVA_TOOL_OPTIONS'] ?? ''),
		// S3 takes no chunk of less than 8 KiB but the last.
		requestStreamBufferSize: 65_536,
	});
	const prefix = path.join('/');
	const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
		try {
			return await work();
		} catch (error) {
			throw explain(error, bucket);
		}
	};

	await attempt(async () => client.config.region());

	return {
		uri: name => `${uri}${name}`,
		list: async () => attempt(async () => {
			const files: PlacedFile[] = [];
			for await (const page of paginateListObjectsV2({client}, {Bucket: bucket, Prefix: prefix, Delimiter: '/'})) {
				files.push(...(page.Contents ?? []).map(({Key = '', Size = 0}) => ({name: Key.slice(prefix.length), size: Size})));
			}

			return files.filter(({name}) => name !== '');
		}),
		open: async name => attempt(async () => {
			const {Body} = await client.send(new GetObjectCommand({Bucket: bucket, Key: prefix + name}));
			return Body as Readable;
		}),
		start: async (name, bytes) => attempt(async () => {
			const {Body} = await client.send(new GetObjectCommand({Bucket: bucket, Key: prefix + name, Range: `bytes=0-${bytes - 1}`}));
			return Body === undefined ? Buffer.alloc(0) : Body.transformToByteArray();
		}),
		create: async ({name, size}, body) => attempt(async () => {
			await client.send(new PutObjectCommand({
				Bucket: bucket, Key: prefix + name, Body: body(), ContentLength: size,
			}));
			return true;
		}),
	};
};

/**
What went wrong in about the words of the AWS SDK for Java.
*/
const explain = (error: unknown, bucket: string): CommandError => {
	const {name, message} = error as Error;
	if (message === 'Region is missing' || message.startsWith('Region not accepted')) {
		return new CommandError('Unable to load region from any of the providers in the chain: set AWS_REGION', 1, {cause: error});
	}

	if (name === 'CredentialsProviderError') {
		return new CommandError('Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain', 1, {cause: error});
	}

	const status = error instanceof S3ServiceException ? ` (Service: S3, Status Code: ${error.$metadata.httpStatusCode ?? 'none'})` : '';
	return new CommandError(`Failed to reach bucket ${bucket}: ${name}: ${message}${status}`, 1, {cause: error});
};
