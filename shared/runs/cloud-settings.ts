import {type BackupSpec, type CloudBlock} from './status.ts';

const providers = {s3: 'aws', gcs: 'gcp', azure: 'azure'} as const;

/**
The cloud block that counts: `storage.cloud` and the top-level `cloud` merged field by field, `storage.cloud` first, because users set the provider in one and the identity in the other. An empty text says nothing. The provider follows from the type of store when neither names it.
*/
export const cloudSettings = ({storage, cloud}: Pick<BackupSpec, 'storage' | 'cloud'>): CloudBlock => {
	const identity = {...filled(cloud?.identity), ...filled(storage.cloud?.identity)};
	return {
		...(storage.type !== 'pvc' && {provider: providers[storage.type]}),
		...filled(cloud),
		...filled(storage.cloud),
		...('provider' in identity && {identity: {...identity, provider: identity.provider}}),
	};
};

const filled = <T extends Record<string, unknown>>(fields: T | undefined): Partial<T> =>
	Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== '')) as Partial<T>;
