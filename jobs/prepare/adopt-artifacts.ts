import {readFile} from 'node:fs/promises';
import path from 'node:path';
import pMap from 'p-map';
import {fetchFile} from '../fetch/fetch-file.ts';
import {type Pod} from '../pod.ts';
import {type AttemptRecord} from '../run-folder.ts';
import {writtenSince, type UnnamedArtifact} from './unnamed-artifacts.ts';
import {isRebuilding} from '#shared/catalogue/attempt.ts';
import {type Catalogue} from '#shared/catalogue/read.ts';
import {clockToleranceMs} from '#shared/clock-tolerance.ts';
import {parseEncryptedName} from '#shared/encryption/algorithm.ts';
import {decrypt} from '#shared/encryption/decrypt.ts';
import {DecryptionError} from '#shared/encryption/decryption-error.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {keySource} from '#shared/runs/run-spec.ts';

export type Adoption = {
	/** Those that ended without a manifest. */
	readonly attempts: AttemptRecord['unfinished'];
	/** Those of the directory that no manifest names. */
	readonly artifacts: readonly UnnamedArtifact[];
};

type AdoptingPod = Pick<Pod, 'spec' | 'store' | 'folder' | 'keyFile'>;

/**
Artifacts that lie in the directory and that no manifest names may be those of an attempt that died before its report, or of a catalogue that was lost. They are named to `inspect`, and a retry leaves out the databases that have one. Where neo4j-admin cannot read them in the store they are brought into the staging folder. An encrypted one has a record instead of a header that anybody could read; where the record was lost too, it is decrypted there. Into that folder comes nothing from before the first of the attempts.
*/
export const adoptArtifacts = async (pod: AdoptingPod, catalogue: Catalogue, {attempts, artifacts: all}: Adoption): Promise<void> => {
	const {spec, store, folder} = pod;
	const earliest = Math.min(...attempts.map(({startedAt}) => Date.parse(startedAt)));
	const unnamed = spec.staging ? writtenSince(all, new Date(Math.max(0, earliest - clockToleranceMs))) : all;
	const plain = unnamed.filter(({name}) => !parseEncryptedName(name));
	const recorded = new Set(catalogue.listing.encrypted);
	const plainNames = new Set(plain.map(({name}) => name));
	if (spec.staging) {
		await pMap(plainNames, async name => fetchFile(store, {key: name, to: path.join(spec.staging!, name)}), {concurrency: 4});
	}

	const hidden = attempts.some(attempt => isRebuilding(attempt))
		? unnamed.filter(({name}) => !plainNames.has(name) && !recorded.has(name) && !plainNames.has(plainName(name)))
		: [];
	const opened = await decryptAll(pod, hidden);
	await folder.writeLines('decrypted', opened);
	await folder.writeLines('adopted', [...plainNames, ...opened.map(name => plainName(name))]);
	// Without its record nobody could tell what an encrypted artifact holds.
	await nameMissing(pod, catalogue, unnamed.filter(({name}) => plainNames.has(name) || recorded.has(name)));
};

const plainName = (name: string): string => parseEncryptedName(name)!.plainName;

/** Those that the run's own key opens; of the others it is said why not. */
const decryptAll = async ({spec: {staging, encryption}, store, folder, keyFile}: AdoptingPod, artifacts: readonly UnnamedArtifact[]): Promise<readonly string[]> => {
	if (!staging || !encryption || keyFile === undefined || artifacts.length === 0) {
		return [];
	}

	const [material, source] = [await readFile(keyFile), keySource(encryption)];
	const opened: string[] = [];
	const problems = new Set<string>();
	await pMap(artifacts, async ({name}) => {
		try {
			await fetchFile(store, {key: name, to: path.join(staging, plainName(name)), open: content => decrypt(content, material, source)});
			opened.push(name);
		} catch (error) {
			if (!(error instanceof DecryptionError || error instanceof ConfigurationError)) {
				throw error;
			}

			problems.add(error.message);
		}
	}, {concurrency: 2});
	const closed = artifacts.length - opened.length;
	if (closed > 0) {
		await folder.writeLines('notRebuilt', [`${closed} encrypted artifacts of the lost catalogue stay unknown, which keeps backups of their databases from being deleted: ${[...problems].join('; ')}`]);
	}

	return opened;
};

/** An object of a bucket is there whole or not at all; a file on a volume may be cut short, so there everything is done again. */
const nameMissing = async ({spec, folder}: AdoptingPod, {openAttempts}: Catalogue, told: readonly UnnamedArtifact[]): Promise<void> => {
	const isRetry = openAttempts.some(({runID}) => runID === spec.runID);
	if (!isRetry || !spec.requested || spec.location.type === 'pvc') {
		return;
	}

	const done = new Set(writtenSince(told, new Date(spec.startedAt)).map(({database}) => database));
	const missing = spec.requested.filter(database => !done.has(database));
	await folder.writeLines('databases', missing.length === spec.requested.length ? [] : missing);
};
