import {type StoreLocation} from '../stores/store.ts';
import {podPaths} from './run-spec.ts';
import {cloudSettings} from './cloud-settings.ts';
import {type BackupSpec} from './status.ts';

/**
A path without a slash at either end and without doubled ones: `/daily/`, `daily/` and `daily` are the same directory.
*/
export const normalisePath = (path = ''): string => path.split('/').filter(Boolean).join('/');

/**
The one directory of a CR. `account` is Azure's storage account, from wherever it was found; `endpointURL` is the installation's own S3 server, for CRs that name none.
*/
export const storeLocation = (spec: Pick<BackupSpec, 'storage' | 'cloud'>, found: {account?: string; region?: string; endpointURL?: string} = {}): StoreLocation => {
	const {storage} = spec;
	const {account, region} = found;
	const {endpointURL = storage.type === 's3' ? found.endpointURL : undefined, forcePathStyle} = cloudSettings(spec);
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
