/**
How backups are encrypted, as `spec.options.encryption.algorithm` names it. Each is a published format that other people's tools open.
*/
export type EncryptionAlgorithm = 'AES256' | 'ChaCha20';

const suffixes: Readonly<Record<EncryptionAlgorithm, string>> = {AES256: '.aws-esdk', ChaCha20: '.age'};

/**
The file name of an artifact once it is encrypted.
*/
export const encryptedName = (artifact: string, algorithm: EncryptionAlgorithm): string => artifact + suffixes[algorithm];

/**
What the name of an encrypted artifact says: how it is encrypted, and what it is called in the clear. Undefined for any other name.
*/
export const parseEncryptedName = (name: string): {readonly plainName: string; readonly algorithm: EncryptionAlgorithm} | undefined => {
	for (const algorithm of Object.keys(suffixes) as EncryptionAlgorithm[]) {
		if (name.endsWith(suffixes[algorithm])) {
			return {plainName: name.slice(0, -suffixes[algorithm].length), algorithm};
		}
	}

	return undefined;
};
