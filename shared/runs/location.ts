import {type StoreLocation} from '../stores/store.ts';
import {podPaths} from './run-spec.ts';
import {cloudSettings} from './cloud-settings.ts';
import {type BackupSpec} from './status.ts';

/**
A path without a slash at either end and without doubled ones: `/daily/`, `daily/` and `daily` are the same directory.
*/
export const normalisePath = (path = ''): string => path.split('/').filter(Boolean).join('/');

/**
The one directory of a CR. The account is Azure's storage account, from wherever it was found.
*/
export const storeLocation = (spec: Pick<BackupSpec, 'storage' | 'cloud'>, {account, region}: {account?: string; region?: string} = {}): StoreLocation => {
	const {storage} = spec;
	const {endpointURL, forcePathStyle} = cloudSettings(spec);
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
