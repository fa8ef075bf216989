import {CreateBucketCommand, PutBucketVersioningCommand, S3Client} from '@aws-sdk/client-s3';
import {startServer, type Placement, type ServerProcess} from './process.ts';
import {goProgram} from './programs.ts';

export const program = {name: 'versitygw', module: 'github.com/versity/versitygw/cmd/versitygw', version: 'v1.8.0'};

export type VersitygwBucket = {
	readonly name: string;
	/** `locked` is versioned too. */
	readonly kind: 'plain' | 'versioned' | 'locked';
};

export type Versitygw = ServerProcess & {
	/** Amazon's own client with the rights of the root account. */
	readonly client: S3Client;
	readonly credentials: {readonly AWS_ACCESS_KEY_ID: string; readonly AWS_SECRET_ACCESS_KEY: string; readonly AWS_DEFAULT_REGION: string};
};

export type VersitygwOptions = Placement & {readonly buckets: readonly VersitygwBucket[]; readonly region?: string};

/**
Starts versitygw, an S3 server, over a folder of its own, with these buckets.
*/
export const startVersitygw = async ({buckets, region = 'us-east-1', ...placement}: VersitygwOptions): Promise<Versitygw> => {
	const file = await goProgram(program);
	const credentials = {AWS_ACCESS_KEY_ID: 'AKIAVERSITYROOT', AWS_SECRET_ACCESS_KEY: 'a-secret+that/nobody=sees', AWS_DEFAULT_REGION: region};
	const server = await startServer({
		name: program.name,
		command: ({directory, address, port}) => [
			file, '--quiet', '--port', `${address}:${port}`, '--region', region, '--iam-dir', `${directory}/accounts`, 'posix', '--versioning-dir', `${directory}/versions`, `${directory}/buckets`,
		],
		environment: {ROOT_ACCESS_KEY: credentials.AWS_ACCESS_KEY_ID, ROOT_SECRET_KEY: credentials.AWS_SECRET_ACCESS_KEY},
		folders: ['accounts', 'versions', 'buckets'],
	}, placement);
	const client = new S3Client({
		endpoint: server.url, region, forcePathStyle: true, credentials: {accessKeyId: credentials.AWS_ACCESS_KEY_ID, secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY},
	});
	for (const {name, kind} of buckets) {
		await client.send(new CreateBucketCommand({Bucket: name, ObjectLockEnabledForBucket: kind === 'locked'}));
		if (kind === 'versioned') {
			await client.send(new PutBucketVersioningCommand({Bucket: name, VersioningConfiguration: {Status: 'Enabled'}}));
		}
	}

	return {
		...server,
		client,
		credentials,
		async stop() {
			client.destroy();
			await server.stop();
		},
	};
};
