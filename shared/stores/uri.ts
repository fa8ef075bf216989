import {ConfigurationError} from '../errors.ts';
import {type StoreLocation} from './store.ts';

/**
The directory of a backup as neo4j-admin takes it, with its closing slash: `s3://bucket/path/`, `gs://bucket/path/`, `azb://account/container/path/`, or `<root>/<path>/` on a claim. Without a path it is the root of the bucket.
*/
export const storeURI = (location: StoreLocation): string => {
	const path = normalizePath(location.path);
	return `${storeRoot(location)}/${path === '' ? '' : `${path}/`}`;
};

/**
The path without slashes at its ends and without empty parts. Throws a `ConfigurationError` for the parts `.` and `..`, which would name another directory.
*/
export const normalizePath = (path: string): string => {
	const parts = path.split('/').filter(part => part !== '');
	if (parts.some(part => part === '.' || part === '..')) {
		throw new ConfigurationError(`The storage path "${path}" must not hold "." or "..": write the path from the root of the bucket or claim.`);
	}

	return parts.join('/');
};

const storeRoot = (location: StoreLocation): string => {
	switch (location.type) {
		case 's3': {
			return `s3://${required(location.bucket, 'bucket')}`;
		}

		case 'gcs': {
			return `gs://${required(location.bucket, 'bucket')}`;
		}

		case 'azure': {
			return `azb://${required(location.account, 'cloud.storageAccount')}/${required(location.bucket, 'bucket')}`;
		}

		case 'pvc': {
			return required(location.root, 'root').replace(/\/+$/v, '');
		}
	}
};

const required = (value: string | undefined, field: string): string => {
	if (value === undefined || value === '') {
		throw new ConfigurationError(`The storage location lacks ${field}.`);
	}

	return value;
};
