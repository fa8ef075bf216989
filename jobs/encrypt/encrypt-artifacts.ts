import {createReadStream} from 'node:fs';
import {readdir, readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import {headerProblem, inspectedArtifacts} from '../inspected.ts';
import {manifestArtifact} from '../manifest-artifact.ts';
import {type Pod} from '../pod.ts';
import {checked} from '../report/verification.ts';
import {type EncryptionResults} from '../run-folder.ts';
import {parseArtifactName} from '#shared/catalogue/manifest.ts';
import {recordEncrypted, writeEncryptedRecord} from '#shared/catalogue/encrypted-record.ts';
import {encryptedName, parseEncryptedName} from '#shared/encryption/algorithm.ts';
import {encrypt} from '#shared/encryption/encrypt.ts';
import {parseEncryptionKey, type EncryptionKey} from '#shared/encryption/key.ts';
import {toError} from '#shared/errors.ts';
import {type InspectedArtifact} from '#shared/neo4j/inspect-output.ts';
import {keySource, type RunEncryption} from '#shared/runs/run-spec.ts';

type EncryptPod = Pick<Pod, 'spec' | 'store' | 'folder'>;

/**
Encrypts each artifact that neo4j-admin left in the staging folder while it is uploaded. What fails is written down for `report`, which judges the run: one artifact that cannot be encrypted does not keep the others back.
*/
export const encryptArtifacts = async (pod: EncryptPod, keyFile: string): Promise<void> => {
	const {spec: {encryption, staging}, folder} = pod;
	if (!encryption || !staging || await folder.isDone()) {
		return;
	}

	const key = await readKey(encryption, keyFile);
	const headers = await inspectedArtifacts(folder);
	const adopted = await folder.readAdopted();
	const names = await readdir(staging);
	await recordDecrypted(pod, key, headers);
	const results: Record<string, EncryptionResults[string]> = {};
	for (const name of names.filter(candidate => parseArtifactName(candidate) && !adopted.includes(candidate))) {
		try {
			await encryptOne(pod, key, {name, file: path.join(staging, name), header: headers.get(name)});
			results[name] = {};
		} catch (error) {
			results[name] = {problem: `${name} could not be brought into the store encrypted: ${toError(error).message}`};
		}
	}

	await folder.writeEncrypted(results);
};

const readKey = async (encryption: RunEncryption, keyFile: string): Promise<EncryptionKey> =>
	parseEncryptionKey(encryption.algorithm, await readFile(keyFile), keySource(encryption));

/** Artifacts of a lost catalogue, which `prepare` decrypted with the key of this run so that `inspect` could read them: with a record they are known again. */
const recordDecrypted = async ({spec: {timeline}, store, folder}: EncryptPod, {algorithm, fingerprints}: EncryptionKey, headers: ReadonlyMap<string, InspectedArtifact>): Promise<void> => {
	for (const name of await folder.readDecrypted()) {
		const {plainName} = parseEncryptedName(name)!;
		const header = headers.get(plainName);
		const stored = await store.stat(name);
		if (header && stored && headerProblem(plainName, parseArtifactName(plainName)!.database, header) === undefined) {
			await recordEncrypted(store, {...manifestArtifact(name, header, {size: stored.size, timeline}), encryption: {algorithm, keys: fingerprints}});
		}
	}
};

type Staged = {readonly name: string; readonly file: string; readonly header: InspectedArtifact | undefined};

const encryptOne = async ({spec, store, folder}: EncryptPod, key: EncryptionKey, {name, file, header}: Staged): Promise<void> => {
	const problem = headerProblem(name, parseArtifactName(name)!.database, header);
	if (problem !== undefined) {
		throw new Error(problem);
	}

	const {size: plainSize} = await stat(file);
	const {body, size} = await encrypt(key, {name, size: plainSize, source: createReadStream(file, {highWaterMark: readBytes})});
	const artifact = {
		...manifestArtifact(encryptedName(name, key.algorithm), header!, {size, timeline: spec.timeline}),
		...(spec.verify && {verification: checked(await folder.readVerification(name)).verification}),
		encryption: {algorithm: key.algorithm, keys: key.fingerprints},
	};
	if (!await writeEncryptedRecord(store, artifact)) {
		throw new Error(`the store has a ${artifact.name} already, and nothing is overwritten; the next attempt takes another name`);
	}

	await store.upload(artifact.name, body, size);
};

const readBytes = 1024 ** 2;
