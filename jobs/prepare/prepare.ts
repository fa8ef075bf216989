import {createWriteStream} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {pipeline} from 'node:stream/promises';
import {type Pod} from '../pod.ts';
import {lostSince} from './lost-catalogue.ts';
import {mustFollowFull} from './parent.ts';
import {writeTrust} from './write-trust.ts';
import {annotations} from '#shared/api/group.ts';
import {runID} from '#shared/api/names.ts';
import {isRebuilding, openAttempt, openRebuild} from '#shared/catalogue/attempt.ts';
import {settledNames} from '#shared/catalogue/encrypted-record.ts';
import {parseArtifactName, type Owner} from '#shared/catalogue/manifest.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {readCatalogue, type Catalogue} from '#shared/catalogue/read.ts';
import {parseEncryptedName} from '#shared/encryption/algorithm.ts';
import {TerminalError} from '#shared/errors.ts';
import {type RunSpec} from '#shared/runs/run-spec.ts';
import {type Store} from '#shared/stores/store.ts';

/**
The directory belongs to another CR, or to another cluster: nothing is written into it.
*/
class StorageConflictError extends TerminalError {
	override readonly name = 'StorageConflictError';
}

/**
Makes ready for neo4j-admin: checks whose directory it is, says that an attempt is under way (decision D69), and finds what an earlier attempt already uploaded.
*/
export const prepare = async ({spec, store, folder, podName, authorities}: Omit<Pod, 'terminationLog'>): Promise<void> => {
	await makeFolders(spec);
	if (spec.settings) {
		await folder.writeConfig(spec.settings);
	}

	if (authorities !== undefined) {
		await writeTrust(folder.path, authorities);
	}

	const now = await store.now();
	const claim = await claimDirectory(store, spec.owner, {adopt: spec.adoptStorage, now});
	if ('conflict' in claim) {
		throw new StorageConflictError(conflictMessage(store, claim.conflict));
	}

	const catalogue = await wholeCatalogue({spec, store, podName}, now);
	if (catalogue.runs.some(({manifest}) => manifest.runID === spec.runID)) {
		await folder.writeFlag('done');
		return;
	}

	const rebuilds = catalogue.openAttempts.some(open => isRebuilding(open));
	if (rebuilds) {
		await folder.writeFlag('everything');
	}

	if (rebuilds || mustFollowFull(spec, catalogue)) {
		await folder.writeFlag('followFull');
	}

	const attempt = 1 + Math.max(0, ...catalogue.openAttempts.filter(({runID}) => runID === spec.runID).map(open => open.attempt));
	if (catalogue.openAttempts.length > 0) {
		await adoptEarlierArtifacts({spec, store, folder}, catalogue);
	}

	const startedAt = now.toISOString();
	const unfinished = await unfinishedAttempts(store, catalogue);
	await openAttempt(store, {
		runID: spec.runID, attempt, startedAt, pod: podName, requested: spec.requested ?? spec.databases,
	});
	await folder.writeAttempt({attempt, startedAt, unfinished});
};

/** The catalogue; of a lost one, with the attempt in it that has the next report rebuild it. */
const wholeCatalogue = async ({spec, store, podName}: Pick<Pod, 'spec' | 'store' | 'podName'>, now: Date): Promise<Catalogue> => {
	const catalogue = await readCatalogue(store);
	const since = lostSince(spec, catalogue);
	const names = since === undefined ? [] : await unnamedArtifacts(store, catalogue);
	if (names.length === 0) {
		return catalogue;
	}

	await openRebuild(store, {runID: runID(spec.target.uid, now, 'rebuild'), startedAt: since!, pod: podName});
	return readCatalogue(store);
};

const makeFolders = async ({location, staging}: RunSpec): Promise<void> => {
	if (location.type === 'pvc') {
		await mkdir(path.join(location.root!, location.path), {recursive: true});
	}

	if (staging) {
		await mkdir(staging, {recursive: true});
	}
};

const conflictMessage = ({uri}: Store, {cluster, namespace, name}: Owner): string =>
	`${uri} holds the backups of Neo4jBackup ${namespace}/${name} (cluster ${cluster}): choose another spec.storage.path in a new Neo4jBackup, or set the annotation ${annotations.adoptStorage}: "true" if this one takes its place`;

/**
When each attempt began that ended without a manifest: its artifacts are those written since.
*/
const unfinishedAttempts = async (store: Store, {openAttempts}: Catalogue) => Promise.all(openAttempts.map(async ({key, runID, attempt}) => {
	const body = await store.read(key);
	const {startedAt} = JSON.parse(new TextDecoder().decode(body)) as {startedAt: string};
	return {runID, attempt, startedAt};
}));

/**
Artifacts that lie in the directory and that no manifest names may be those of an attempt that died before its report. They are named to `inspect`, and a retry leaves out the databases that have one. An encrypted one has a record instead of a header that anybody could read.
*/
const adoptEarlierArtifacts = async ({spec, store, folder}: Pick<Pod, 'spec' | 'store' | 'folder'>, catalogue: Catalogue): Promise<void> => {
	const names = await unnamedArtifacts(store, catalogue);
	const plain = names.filter(name => !parseEncryptedName(name));
	await folder.writeLines('adopted', plain);
	if (spec.staging) {
		await Promise.all(plain.map(async name => fetchInto(store, name, spec.staging!)));
	}

	// An object of a bucket is there whole or not at all; a file on a volume may be cut short, so there everything is done again.
	const isRetry = catalogue.openAttempts.some(({runID}) => runID === spec.runID);
	if (isRetry && spec.requested && spec.location.type !== 'pvc') {
		const since = spec.startedAt.slice(0, 19).replaceAll(':', '-');
		// Without its record nobody could tell what an encrypted artifact holds.
		const told = names.filter(name => plain.includes(name) || catalogue.listing.encrypted.includes(name));
		const done = new Set(told.map(name => parseArtifactName(name)!).filter(({stamp}) => stamp >= since).map(({database}) => database));
		const missing = spec.requested.filter(database => !done.has(database));
		await folder.writeLines('databases', missing.length === spec.requested.length ? [] : missing);
	}
};

const unnamedArtifacts = async (store: Store, catalogue: Catalogue): Promise<readonly string[]> => {
	const named = settledNames(catalogue);
	const names: string[] = [];
	for await (const page of store.list('')) {
		names.push(...page.map(({key}) => key).filter(key => !key.includes('/') && parseArtifactName(key) && !named.has(key)));
	}

	return names;
};

const fetchInto = async (store: Store, name: string, folder: string): Promise<void> => {
	const body = await store.download(name);
	if (body) {
		await pipeline(body, createWriteStream(path.join(folder, name)));
	}
};
