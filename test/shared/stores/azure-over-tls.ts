import {Agent} from 'node:https';
import {BlobServiceClient, newPipeline, StorageSharedKeyCredential} from '@azure/storage-blob';

/**
The client of an Azurite that speaks TLS with a certificate of this authority.
*/
export const azureOverTLS = (endpoint: string, {account, key, authority}: {readonly account: string; readonly key: string; readonly authority: string}): BlobServiceClient => {
	const pipeline = newPipeline(new StorageSharedKeyCredential(account, key));
	const agent = new Agent({ca: authority});
	pipeline.factories.push({
		create: next => ({
			async sendRequest(request) {
				request.agent = agent;
				return next.sendRequest(request);
			},
		}),
	});
	return new BlobServiceClient(endpoint, pipeline);
};
