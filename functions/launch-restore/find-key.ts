import {type Source} from './find-source.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {readSecret} from '#shared/kube/secret.ts';
import {NotYetError} from '#shared/not-yet.ts';
import {type RunEncryption} from '#shared/runs/run-spec.ts';

/**
The key that decrypts a source, once its Secret is there; undefined where nothing is encrypted. Whether it is the right one, the Pod that resolves the source proves.
*/
export const findKey = async (kube: KubeClient, {encryption}: Pick<Source, 'encryption'>, namespace: string): Promise<RunEncryption | undefined> => {
	if (!encryption) {
		return undefined;
	}

	const {algorithm, keySecret: secretName = '', keySecretKey: secretKey = 'key'} = encryption;
	const secret = await readSecret(kube, {namespace, name: secretName});
	if (secret?.[secretKey] === undefined) {
		throw new NotYetError('EncryptionKeyMissing', secret
			? `Secret ${secretName} has no key ${secretKey}: add it, or name another with source.encryption.keySecretKey`
			: `Secret ${secretName} does not exist in namespace ${namespace}: create it with the key ${secretKey} that decrypts the backup`);
	}

	return {algorithm: algorithm === 'ChaCha20Poly1305' ? 'ChaCha20' : 'AES256', secretName, secretKey};
};
