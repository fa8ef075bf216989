import {type PlannedFile} from './plan-files.ts';
import {parseArtifactName} from '#shared/catalogue/manifest.ts';
import {parseEncryptedName} from '#shared/encryption/algorithm.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type GivenKey} from '#shared/restore/decryption-key.ts';
import {type Store, type StoredObject} from '#shared/stores/store.ts';

/**
The files that restoring one takes which no catalogue knows. An encrypted one is a FULL. Of any other nothing tells whether it is one and which it builds on: all of its database that are not younger come too, by the times in their names, and neo4j-admin takes of them what it needs.
*/
export const filesBefore = async (store: Store, last: StoredObject, key: GivenKey | undefined): Promise<readonly PlannedFile[]> => {
	const encrypted = parseEncryptedName(last.key);
	if (encrypted) {
		if (!key) {
			throw new ConfigurationError(`${store.uri}${last.key} is encrypted with ${encrypted.algorithm}: name the Secret with its key in source.encryption`, 'EncryptionKeyMissing');
		}

		return [{
			key: last.key, name: encrypted.plainName, size: last.size, isDecrypted: true,
		}];
	}

	const named = parseArtifactName(last.key);
	const files: StoredObject[] = [];
	for await (const page of named ? store.list(`${named.database}-`) : []) {
		files.push(...page.filter(({key: name}) => {
			const other = parseArtifactName(name);
			return name !== last.key && parseEncryptedName(name) === undefined && other?.database === named!.database && other.stamp <= named!.stamp;
		}));
	}

	return [...files, last].map(({key: name, size}) => ({
		key: name, name, size, isDecrypted: false,
	}));
};
