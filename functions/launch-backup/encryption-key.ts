import {awaitSecret, NotYetError} from '#shared/not-yet.ts';
import {parseEncryptionKey} from '#shared/encryption/key.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {readSecret} from '#shared/kube/secret.ts';
import {keySource, type RunEncryption} from '#shared/runs/run-spec.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

const reason = 'EncryptionKeyInvalid';

/**
How a CR's backups are encrypted, once its Secret has a key that can be used (B-130); undefined when they are not. Without it nothing starts, so that nothing is written in the clear.
*/
export const findEncryption = async (kube: KubeClient, {metadata: {namespace}, spec: {options}}: Neo4jBackup): Promise<RunEncryption | undefined> => {
	if (!options?.encryption?.enabled) {
		return undefined;
	}

	const {algorithm = 'AES256', keySecret: secretName = '', keySecretKey: secretKey = 'key'} = options.encryption;
	const secret = await readSecret(kube, {namespace: namespace!, name: secretName});
	if (!secret) {
		throw new NotYetError(reason, `Secret ${secretName} does not exist in namespace ${namespace}: create it with the key ${secretKey} that spec.options.encryption asks for; nothing is backed up unencrypted`);
	}

	const material = secret[secretKey];
	if (material === undefined) {
		throw new NotYetError(reason, `Secret ${secretName} has no key ${secretKey}: add it, or name another with spec.options.encryption.keySecretKey; nothing is backed up unencrypted`);
	}

	await awaitSecret(parseEncryptionKey(algorithm, material, keySource({secretName, secretKey})), reason);
	return {algorithm, secretName, secretKey};
};
