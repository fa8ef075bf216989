import {readFile} from 'node:fs/promises';
import {ConfigurationError, toError} from '#shared/errors.ts';
import {type GivenKey} from '#shared/restore/decryption-key.ts';
import {type RestoreJobSpec} from '#shared/restore/restore-spec.ts';
import {keyFileVariable, keySource} from '#shared/runs/run-spec.ts';

/**
The key that decrypts what is restored, from the file that the Pod has of its Secret; undefined for a restore that names none.
*/
export const readRestoreKey = async ({encryption}: Pick<RestoreJobSpec, 'encryption'>, environment: NodeJS.ProcessEnv): Promise<GivenKey | undefined> => {
	if (!encryption) {
		return undefined;
	}

	const file = environment[keyFileVariable] ?? '';
	try {
		return {material: await readFile(file), source: keySource(encryption)};
	} catch (error) {
		throw new ConfigurationError(`${keySource(encryption)} cannot be read: ${toError(error).message}`, 'EncryptionKeyMissing');
	}
};
