import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {type Pod} from '../pod.ts';
import {adoptArtifacts, type Adoption} from './adopt-artifacts.ts';
import {removeLeftovers} from './leftovers.ts';
import {lostSince} from './lost-catalogue.ts';
import {mustFollowFull} from './parent.ts';
import {lackOfRoom, roomIn} from './room.ts';
import {unnamedArtifacts, writtenSince} from './unnamed-artifacts.ts';
import {writeTrust} from './write-trust.ts';
import {annotations} from '#shared/api/group.ts';
import {runID} from '#shared/api/names.ts';
import {isRebuilding, openAttempt, openRebuild} from '#shared/catalogue/attempt.ts';
import {type Owner} from '#shared/catalogue/manifest.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {readCatalogue, type Catalogue} from '#shared/catalogue/read.ts';
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
export const prepare = async (pod: Omit<Pod, 'terminationLog'>): Promise<void> => {
	const {spec, store, folder, podName, authorities} = pod;
	await removeLeftovers(spec.emptied);
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

	const catalogue = await wholeCatalogue(pod, now);
	if (catalogue.runs.some(({manifest}) => manifest.runID === spec.runID)) {
		await folder.writeFlag('done');
		return;
	}

	const adoption = await planAdoption(pod, catalogue);
	const {attempts: unfinished} = adoption;
	const rebuilds = unfinished.some(attempt => isRebuilding(attempt));
	if (rebuilds) {
		await folder.writeFlag('everything');
	}

	if (rebuilds || mustFollowFull(spec, catalogue)) {
		await folder.writeFlag('followFull');
	}

	if (unfinished.length > 0) {
		await adoptArtifacts(pod, catalogue, adoption);
	}

	const attempt = 1 + Math.max(0, ...catalogue.openAttempts.filter(({runID}) => runID === spec.runID).map(open => open.attempt));
	const startedAt = now.toISOString();
	await openAttempt(store, {
		runID: spec.runID, attempt, startedAt, pod: podName, requested: spec.requested ?? spec.databases,
	});
	await folder.writeAttempt({attempt, startedAt, unfinished});
};

/** The catalogue; of a lost one, with the attempt in it that has the next report rebuild it. */
const wholeCatalogue = async ({spec, store, podName}: Pick<Pod, 'spec' | 'store' | 'podName'>, now: Date): Promise<Catalogue> => {
	const catalogue = await readCatalogue(store);
	const since = lostSince(spec, catalogue);
	const artifacts = since === undefined ? [] : writtenSince(await unnamedArtifacts(store, catalogue), new Date(since));
	if (artifacts.length === 0) {
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
The attempts whose artifacts this run names, and what no manifest names; without the attempt of a lost catalogue whose artifacts there is no room to read, which stays open for a later run.
*/
const planAdoption = async ({spec: {staging}, store, folder}: Omit<Pod, 'terminationLog'>, catalogue: Catalogue): Promise<Adoption> => {
	if (catalogue.openAttempts.length === 0) {
		return {attempts: [], artifacts: []};
	}

	const artifacts = await unnamedArtifacts(store, catalogue);
	const attempts = await unfinishedAttempts(store, catalogue);
	const rebuild = attempts.find(attempt => isRebuilding(attempt));
	const problem = rebuild && staging ? lackOfRoom(writtenSince(artifacts, new Date(rebuild.startedAt)), await roomIn(staging)) : undefined;
	if (problem === undefined) {
		return {attempts, artifacts};
	}

	await folder.writeLines('notRebuilt', [problem]);
	return {attempts: attempts.filter(attempt => attempt !== rebuild), artifacts};
};

/**
When each attempt began that ended without a manifest: its artifacts are those written since.
*/
const unfinishedAttempts = async (store: Store, {openAttempts}: Catalogue) => Promise.all(openAttempts.map(async ({key, runID, attempt}) => {
	const body = await store.read(key);
	const {startedAt} = JSON.parse(new TextDecoder().decode(body)) as {startedAt: string};
	return {runID, attempt, startedAt};
}));
