import {awaitSecret} from '../not-yet.ts';
import {type KubeClient} from '../kube/client.ts';
import {authoritiesFile, authoritiesMount, authoritiesVolume} from '../runs/authorities-mount.ts';
import {authoritiesVariable, podPaths, runFiles} from '../runs/run-spec.ts';
import {readAuthorities} from '../runs/store-secrets.ts';
import {type CloudBlock, type StorageUser} from '../runs/status.ts';
import {type StoreAccess} from './store-access.ts';
import {type EnvironmentVariable} from './pod-types.ts';

/**
The Secret with the authorities that sign the store's certificate, looked at before any Job exists. Undefined where the CR names none.
*/
export const findAuthorities = async (kube: KubeClient, {metadata: {namespace}, spec: {storage}}: StorageUser, {caBundleSecretRef: name}: CloudBlock): Promise<string | undefined> => {
	if (!name || storage.type === 'pvc') {
		return undefined;
	}

	await awaitSecret(readAuthorities(kube, {namespace: namespace!, name, field: 'spec.storage.cloud.caBundleSecretRef'}));
	return name;
};

/** Where images have the bundle of the system, which the client for S3 in neo4j-admin reads and nothing else: those of Debian, and those of Red Hat. */
const systemBundles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'] as const;

/**
The same access with these authorities: our own containers read the Secret, neo4j-admin what `prepare` makes of it.
*/
export const withAuthorities = ({admin, own, volumes}: StoreAccess, secretName: string): StoreAccess => ({
	admin: {
		env: withJavaOptions([...admin.env, {name: 'SSL_CERT_FILE', value: systemBundles[0]}], `-Djavax.net.ssl.trustStore=${podPaths.run}/${runFiles.truststore} -Djavax.net.ssl.trustStoreType=JKS`),
		mounts: [...admin.mounts, ...systemBundles.map(mountPath => ({
			name: 'run', mountPath, subPath: runFiles.trustedBundle, readOnly: true,
		}))],
	},
	own: {
		env: [...own.env, ...['NODE_EXTRA_CA_CERTS', authoritiesVariable].map(name => ({name, value: authoritiesFile}))],
		mounts: [...own.mounts, authoritiesMount],
	},
	volumes: [...volumes, authoritiesVolume(secretName)],
});

const javaOptions = 'JAVA_TOOL_OPTIONS';

const withJavaOptions = (env: readonly EnvironmentVariable[], options: string): readonly EnvironmentVariable[] => {
	const given = env.find(({name}) => name === javaOptions)?.value;
	return [...env.filter(({name}) => name !== javaOptions), {name: javaOptions, value: given === undefined ? options : `${given} ${options}`}];
};
