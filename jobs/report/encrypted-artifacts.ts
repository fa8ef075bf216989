import pMap from 'p-map';
import {type EncryptionResults, type RunFolder} from '../run-folder.ts';
import {checked} from './verification.ts';
import {type FoundArtifact} from './found-artifacts.ts';
import {readEncryptedRecord, settledNames} from '#shared/catalogue/encrypted-record.ts';
import {parseArtifactName} from '#shared/catalogue/manifest.ts';
import {type Catalogue} from '#shared/catalogue/read.ts';
import {encryptedName, parseEncryptedName, type EncryptionAlgorithm} from '#shared/encryption/algorithm.ts';
import {type Store} from '#shared/stores/store.ts';

type Input = {
	readonly store: Store;
	/** Where `verify` left its results. */
	readonly folder: Pick<RunFolder, 'readVerification'>;
	readonly catalogue: Catalogue;
	readonly algorithm: EncryptionAlgorithm | undefined;
	/** What this Pod's log calls finished. */
	readonly finished: readonly string[];
	readonly results: EncryptionResults | undefined;
};

/**
Encrypted artifacts that no manifest names yet: each lies in the store as large as its record says. Of this Pod's own those are told as well that are not there, with the reason; of an attempt that died in the middle of an upload nothing is there to tell.
*/
export const proveEncrypted = async ({store, folder, catalogue, algorithm, finished, results}: Input): Promise<readonly FoundArtifact[]> => {
	const settled = settledNames(catalogue);
	const recorded = await pMap(catalogue.listing.encrypted.filter(name => !settled.has(name)), async name => proveRecorded(store, folder, name), {concurrency: 8});
	const found: FoundArtifact[] = recorded.filter(entry => entry !== undefined);
	const proven = new Set(found.flatMap(entry => 'artifact' in entry ? [entry.artifact.name] : []));
	const own = algorithm ? [...new Set([...finished, ...Object.keys(results ?? {})])] : [];
	return [
		...found,
		...own.filter(name => !proven.has(encryptedName(name, algorithm!))).map(name => ({
			name,
			database: parseArtifactName(name)?.database ?? name,
			reason: results?.[name]?.problem ?? (results ? `${name} is not in the store encrypted` : `${name} was not encrypted: the container \`encrypt\` was ended before it was done`),
		})),
	];
};

const proveRecorded = async (store: Store, folder: Input['folder'], name: string): Promise<FoundArtifact | undefined> => {
	const artifact = await readEncryptedRecord(store, name);
	const stored = await store.stat(name);
	if (artifact === undefined || stored?.size !== artifact.size) {
		return undefined;
	}

	return artifact.verification === 'failed' ? {artifact, damage: await damageOf(folder, name)} : {artifact};
};

/** What an earlier attempt's check said went with its Pod. */
const damageOf = async (folder: Input['folder'], name: string): Promise<string> => {
	const result = await folder.readVerification(parseEncryptedName(name)!.plainName);
	const check = result && checked(result);
	return check?.verification === 'failed' ? check.reason : 'it failed its check in an earlier attempt';
};
