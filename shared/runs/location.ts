import {type StoreLocation} from '../stores/store.ts';
import {present} from '../present.ts';
import {podPaths} from './run-spec.ts';
import {cloudSettings} from './cloud-settings.ts';
import {type BackupSpec} from './status.ts';

/**
A path without a slash at either end and without doubled ones: `/daily/`, `daily/` and `daily` are the same directory.
*/
export const normalisePath = (path = ''): string => path.split('/').filter(Boolean).join('/');

/**
Where the stores of an installation are, by type, when they are not the provider's own.
*/
export type StoreEndpoints = {readonly s3?: string; readonly gcs?: string; readonly azure?: string};

/**
Those that the environment names, in the variables of the providers' own tools.
*/
export const readEndpoints = (environment: NodeJS.ProcessEnv): StoreEndpoints => present({
	s3: environment['AWS_ENDPOINT_URL_S3'], gcs: environment['CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE'], azure: environment['AZURE_STORAGE_SERVICE_ENDPOINT'],
});

/**
The one directory of a CR. `account` is Azure's storage account, from wherever it was found; `endpoints` are the installation's own servers, for CRs that name none.
*/
export const storeLocation = (spec: Pick<BackupSpec, 'storage' | 'cloud'>, found: {account?: string; region?: string; endpoints?: StoreEndpoints | undefined} = {}): StoreLocation => {
	const {storage} = spec;
	const {account, region} = found;
	const {endpointURL = storage.type === 'pvc' ? undefined : found.endpoints?.[storage.type], forcePathStyle} = cloudSettings(spec);
	return {
		type: storage.type,
		path: normalisePath(storage.path),
		...(storage.bucket && {bucket: storage.bucket}),
		...(endpointURL && {endpointURL}),
		...(forcePathStyle !== undefined && {forcePathStyle}),
		...(account && {account}),
		...(region && {region}),
		...(storage.type === 'pvc' && {root: podPaths.storage}),
	};
};
