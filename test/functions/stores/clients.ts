import {Buffer} from 'node:buffer';
import {paginateListObjectsV2, PutObjectCommand, type S3Client} from '@aws-sdk/client-s3';
import {type BlobServiceClient} from '@azure/storage-blob';
import {type FlowStore} from './flow.ts';

/**
A bucket of an S3 server in path style, looked at by Amazon's own client. The server is given by name: for an address the clients would take path style by themselves.
*/
export const s3Flow = (client: S3Client, {endpoint, bucket, secret}: {readonly endpoint: string; readonly bucket: string; readonly secret: FlowStore['secret']}): FlowStore => ({
	storage: {
		type: 's3', bucket, cloud: {
			provider: 'aws', credentialsSecretRef: 'bucket-credentials', endpointURL: endpoint.replace('127.0.0.1', 'localhost'), forcePathStyle: true,
		},
	},
	secret,
	uri: path => `s3://${bucket}/${path}`,
	async keys() {
		const keys: string[] = [];
		for await (const page of paginateListObjectsV2({client}, {Bucket: bucket})) {
			keys.push(...(page.Contents ?? []).map(({Key = ''}) => Key));
		}

		return keys.toSorted();
	},
	async put(key) {
		await client.send(new PutObjectCommand({Bucket: bucket, Key: key, Body: 'x'}));
	},
});

/**
A bucket of a GCS server; what lies in it, the test's own client says.
*/
export const gcsFlow = ({endpoint, bucket, serviceAccount}: {readonly endpoint: string; readonly bucket: string; readonly serviceAccount: string}): Omit<FlowStore, 'keys' | 'put'> => ({
	storage: {
		type: 'gcs', bucket, cloud: {provider: 'gcp', credentialsSecretRef: 'gcs-backup-credentials', endpointURL: endpoint},
	},
	secret: {GOOGLE_APPLICATION_CREDENTIALS_JSON: serviceAccount},
	uri: path => `gs://${bucket}/${path}`,
});

type AzureContainer = {readonly endpoint: string; readonly account: string; readonly key: string; readonly container: string};

/**
A container of an Azure account with its key, looked at by Azure's own client.
*/
export const azureFlow = (client: BlobServiceClient, {endpoint, account, key, container}: AzureContainer): FlowStore => ({
	storage: {
		type: 'azure', bucket: container, cloud: {provider: 'azure', credentialsSecretRef: 'azure-backup-credentials', endpointURL: endpoint},
	},
	secret: {AZURE_STORAGE_ACCOUNT: account, AZURE_STORAGE_KEY: key},
	uri: path => `azb://${account}/${container}/${path}`,
	async keys() {
		const keys: string[] = [];
		for await (const {name} of client.getContainerClient(container).listBlobsFlat()) {
			keys.push(name);
		}

		return keys.toSorted();
	},
	async put(key) {
		await client.getContainerClient(container).getBlockBlobClient(key).upload(Buffer.from('x'), 1);
	},
	alwaysFull: true,
});
