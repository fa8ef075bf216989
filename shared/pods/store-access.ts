import {podPaths} from '../runs/run-spec.ts';
import {type StoreLocation} from '../stores/store.ts';
import {type EnvironmentVariable, type Volume, type VolumeMount} from './pod-types.ts';

/**
How a Pod reaches the store: what neo4j-admin reads, what our own containers read, and the volumes for both. Values of the Secret are only ever referred to (B-067).
*/
export type StoreAccess = {
	readonly admin: {readonly env: readonly EnvironmentVariable[]; readonly mounts: readonly VolumeMount[]};
	readonly own: {readonly env: readonly EnvironmentVariable[]; readonly mounts: readonly VolumeMount[]};
	readonly volumes: readonly Volume[];
};

export type Credentials = {
	readonly secretName: string;
	/** Keys that the Secret really has. */
	readonly keys: readonly string[];
};

type AccessInput = {readonly location: StoreLocation; readonly credentials?: Credentials; readonly claimName?: string};

/**
The access of one run. Without credentials there are no credential variables: the Pod's ambient identity is used (B-068).
*/
export const storeAccess = (input: AccessInput): StoreAccess => builders[input.location.type](input);

const fromSecret = (name: string, {secretName}: Credentials, key = name): EnvironmentVariable => ({name, valueFrom: {secretKeyRef: {name: secretName, key}}});

const s3 = ({location, credentials}: AccessInput): StoreAccess => {
	const has = (key: string) => credentials?.keys.includes(key) ?? false;
	const regionKey = has('AWS_REGION') ? 'AWS_REGION' : 'AWS_DEFAULT_REGION';
	const regions = ['AWS_REGION', 'AWS_DEFAULT_REGION'];
	const env: EnvironmentVariable[] = [
		...(credentials ? ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'].filter(key => has(key)).map(key => fromSecret(key, credentials)) : []),
		// The SDK inside neo4j-admin reads AWS_REGION, the users' Secrets have AWS_DEFAULT_REGION: Pods get both.
		...regions.flatMap(name => credentials && has(regionKey) ? [fromSecret(name, credentials, regionKey)] : (location.region ? [{name, value: location.region}] : [])),
	];
	return {
		admin: {
			env: [
				...env,
				...(location.endpointURL ? [{name: 'AWS_ENDPOINT_URL_S3', value: location.endpointURL}] : []),
				...(location.forcePathStyle ? [{name: 'JAVA_TOOL_OPTIONS', value: '-Daws.s3.forcePathStyle=true'}] : []),
			],
			mounts: [],
		},
		own: {env, mounts: []},
		volumes: [],
	};
};

const gcsKey = 'GOOGLE_APPLICATION_CREDENTIALS_JSON';

const gcs = ({location, credentials}: AccessInput): StoreAccess => ({
	admin: {
		env: [
			...(credentials ? [{name: 'GOOGLE_APPLICATION_CREDENTIALS', value: `${podPaths.credentials}/gcp.json`}] : []),
			...(location.endpointURL ? [{name: 'STORAGE_EMULATOR_HOST', value: location.endpointURL}] : []),
		],
		mounts: credentials ? [{name: 'credentials', mountPath: podPaths.credentials, readOnly: true}] : [],
	},
	own: {env: credentials ? [fromSecret(gcsKey, credentials)] : [], mounts: []},
	volumes: credentials
		? [{name: 'credentials', secret: {secretName: credentials.secretName, defaultMode: 0o440, items: [{key: gcsKey, path: 'gcp.json'}]}}]
		: [],
});

const azureKeys = ['AZURE_STORAGE_ACCOUNT', 'AZURE_STORAGE_KEY', 'AZURE_CLIENT_ID', 'AZURE_TENANT_ID', 'AZURE_CLIENT_SECRET'];

const azure = ({credentials}: AccessInput): StoreAccess => {
	const env = credentials ? azureKeys.filter(key => credentials.keys.includes(key)).map(key => fromSecret(key, credentials)) : [];
	return {
		// Account keys are of no use to neo4j-admin, so it does not get them.
		admin: {env: env.filter(({name}) => !name.startsWith('AZURE_STORAGE_')), mounts: []},
		own: {env, mounts: []},
		volumes: [],
	};
};

const pvc = ({claimName}: AccessInput): StoreAccess => {
	const mounts = [{name: 'storage', mountPath: podPaths.storage}];
	return {
		admin: {env: [], mounts},
		own: {env: [], mounts},
		volumes: [{name: 'storage', persistentVolumeClaim: {claimName}}],
	};
};

const builders = {
	s3, gcs, azure, pvc,
} as const;
