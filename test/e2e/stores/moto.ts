import {CreateBucketCommand, S3Client} from '@aws-sdk/client-s3';
import {startServer, type Placement, type ServerProcess} from './process.ts';
import {pythonWith} from './programs.ts';

const version = '5.2.5';

export type Moto = ServerProcess & {
	/** Amazon's own client, with what the SDK does by itself. */
	readonly client: S3Client;
	readonly credentials: {readonly AWS_ACCESS_KEY_ID: string; readonly AWS_SECRET_ACCESS_KEY: string; readonly AWS_DEFAULT_REGION: string};
};

/**
The Python that has moto.
*/
export const motoPython = async (): Promise<string> => pythonWith(`moto-${version}`, new URL('moto.requirements.txt', import.meta.url));

/**
Starts moto's S3 server, which knows storage classes, with one empty bucket. It checks no credentials.
*/
export const startMoto = async ({bucket, ...placement}: Placement & {readonly bucket: string}): Promise<Moto> => {
	const python = await motoPython();
	const server = await startServer({
		name: 'moto',
		command: ({address, port}) => [python, '-m', 'moto.server', '--host', address, '--port', String(port)],
	}, placement);
	const credentials = {AWS_ACCESS_KEY_ID: 'AKIAMOTO', AWS_SECRET_ACCESS_KEY: 'moto-takes-any-secret', AWS_DEFAULT_REGION: 'us-east-1'};
	const client = new S3Client({
		endpoint: server.url, region: 'us-east-1', forcePathStyle: true, credentials: {accessKeyId: credentials.AWS_ACCESS_KEY_ID, secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY},
	});
	await client.send(new CreateBucketCommand({Bucket: bucket}));
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
