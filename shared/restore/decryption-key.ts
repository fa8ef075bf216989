import {type CatalogueArtifact} from '../catalogue/artifacts.ts';
import {parseEncryptionKey} from '../encryption/key.ts';
import {ConfigurationError} from '../errors.ts';

/**
A key as somebody gave it: `source` says where it is from, as the start of a sentence.
*/
export type GivenKey = {readonly material: Uint8Array; readonly source: string};

/**
Refuses, before anything is read, a key that cannot decrypt these artifacts: none at all, one that only encrypts, or another than the one whose fingerprint the catalogue has.
*/
export const checkKey = async (artifacts: ReadonlyArray<Pick<CatalogueArtifact, 'name' | 'encryption'>>, key: GivenKey | undefined): Promise<void> => {
	const encrypted = artifacts.filter(({encryption}) => encryption !== undefined);
	const [first] = encrypted;
	if (!first) {
		return;
	}

	if (!key) {
		throw new ConfigurationError(`${first.name} is encrypted with ${first.encryption!.algorithm} for ${keysText(first.encryption!.keys)}: give the key that decrypts it`, 'EncryptionKeyMissing');
	}

	for (const {name, encryption} of encrypted) {
		const {algorithm, keys} = encryption!;
		const parsed = await parseEncryptionKey(algorithm, key.material, key.source);
		if (parsed.algorithm === 'ChaCha20' && parsed.identities.length === 0) {
			throw new ConfigurationError(`${key.source} holds only age recipients, which encrypt and do not decrypt: give the identity (AGE-SECRET-KEY-1…)`, 'EncryptionKeyInvalid');
		}

		if (keys.length > 0 && !parsed.fingerprints.some(fingerprint => keys.includes(fingerprint))) {
			throw new ConfigurationError(`${name} was encrypted for ${keysText(keys)}, and ${key.source} has ${keysText(parsed.fingerprints)}: give the key that was in use then`, 'EncryptionKeyInvalid');
		}
	}
};

const keysText = (fingerprints: readonly string[]): string => fingerprints.length === 0 ? 'a key of which nothing is known' : `${fingerprints.length > 1 ? 'the keys' : 'the key'} ${fingerprints.join(', ')}`;
