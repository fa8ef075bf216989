import {Buffer} from 'node:buffer';
import {type Azurite} from './azurite.ts';
import {type FakeGcs} from './fake-gcs.ts';
import {type Moto} from './moto.ts';
import {type Versitygw} from './versitygw.ts';
import {openAzure} from '#shared/stores/azure.ts';
import {openGcs} from '#shared/stores/gcs.ts';
import {compareUnits} from '#shared/stores/keys.ts';
import {type openStore} from '#shared/stores/open.ts';
import {openS3} from '#shared/stores/s3.ts';
import {type StoreServer} from '#test/shared/stores/contract/fixture.ts';

const mebibyte = 1024 * 1024;

type Under = Partial<StoreServer> & {readonly bucket: string};

/**
A bucket of a real S3 server as the contract of the drivers takes it: the driver as it is, but with small pages.
*/
export const s3ServerOf = ({url, credentials, stop}: Moto | Versitygw, {bucket, ...more}: Under): StoreServer => ({
	endpoint: url,
	location: path => ({
		type: 's3', bucket, path, endpointURL: url, forcePathStyle: true,
	}),
	credentials,
	wrongCredentials: {},
	open: async (location, credentials, options) => openS3(toOpening(location, credentials, options), {
		pageSize: 5, partBytes: 8 * mebibyte, wholeCopyBytes: 5 * 1024 * mebibyte, copyPartBytes: 512 * mebibyte,
	}),
	listedObjects: 13,
	deletedKeys: 2500,
	largeBytes: (8 * mebibyte) + 1,
	stop,
	...more,
});

/**
A bucket of a GCS server that asks for no token.
*/
export const gcsServerOf = ({url, stop}: FakeGcs, {bucket, ...more}: Under): StoreServer => ({
	endpoint: url,
	location: path => ({
		type: 'gcs', bucket, path, endpointURL: url,
	}),
	credentials: {},
	wrongCredentials: {},
	open: async (location, credentials, options) => openGcs(toOpening(location, credentials, options), {chunkBytes: 512 * 1024, pageSize: 5}),
	listedObjects: 13,
	deletedKeys: 100,
	largeBytes: mebibyte + 1,
	stop,
	...more,
});

/**
A container of Azurite, with its account key.
*/
export const azureServerOf = ({url, credentials, stop}: Azurite, {bucket, ...more}: Under): StoreServer => ({
	endpoint: url,
	location: path => ({
		type: 'azure', bucket, path, endpointURL: url,
	}),
	credentials,
	wrongCredentials: {'a wrong key': {AZURE_STORAGE_KEY: Buffer.from('another key').toString('base64')}},
	// With the usual pages of 5,000 the contract would take too many blobs.
	open: async (location, credentials, options) => openAzure(toOpening(location, credentials, options), {partBytes: mebibyte, pageSize: 5}),
	compare: compareUnits,
	listedObjects: 13,
	deletedKeys: 100,
	largeBytes: (2 * mebibyte) + 1,
	tier: 'Archive',
	stop,
	...more,
});

const toOpening = (...[location, credentials, {timeoutMs = 20_000, attempts = 3, signal, secretName} = {}]: Parameters<typeof openStore>) => ({
	location, credentials, limits: {timeoutMs, attempts, ...(signal && {signal})}, ...(secretName !== undefined && {secretName}),
});
