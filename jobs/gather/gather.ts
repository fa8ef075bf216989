import {copyFile, link, mkdir} from 'node:fs/promises';
import path from 'node:path';
import {fetchFile} from '../fetch/fetch-file.ts';
import {olderArtifacts} from '../older-artifacts.ts';
import {type Pod} from '../pod.ts';
import {readHeaders} from '../report/headers.ts';
import {planChecks} from './plan-checks.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {parseBackupOutput} from '#shared/neo4j/backup-output.ts';
import {type Store} from '#shared/stores/store.ts';

/**
Lays out what `verify` checks: each new artifact in a scratch folder of its own, with the artifacts that it builds on. Checking and aggregating are done on these copies, so that nothing can happen to the chain itself (B-118).
*/
export const gather = async ({spec, store, folder, scratch}: Omit<Pod, 'terminationLog' | 'podName'>): Promise<void> => {
	if (!scratch) {
		throw new ConfigurationError('SCRATCH is not set: this command runs inside the Pod of a backup Job that verifies');
	}

	if (await folder.isDone()) {
		return;
	}

	const catalogue = await readCatalogue(store);
	const record = await folder.readAttempt();
	const {finished} = parseBackupOutput(await folder.readLog());
	const headers = await readHeaders(folder, {catalogue, record, finished});
	const {checks, hopeless} = planChecks([...headers.values()], {
		spec, catalogue, record, finished, older: await olderArtifacts(folder, record),
	});
	for (const {artifact, reason} of hopeless) {
		await folder.writeVerification(artifact, {exitCode: 1, log: reason});
	}

	for (const {artifact, members} of checks) {
		const chain = path.join(scratch, artifact, 'chain');
		await mkdir(chain, {recursive: true});
		for (const member of members) {
			await bring(member, path.join(chain, member), {store, staging: spec.staging});
		}
	}

	await folder.writeLines('checks', checks.map(({step, database, artifact, target}) => `${step} ${database} ${artifact} ${target}`));
};

/** What is staged in the Pod is not in the store yet. */
const bring = async (name: string, to: string, {store, staging}: {store: Store; staging: string | undefined}): Promise<void> => {
	if (staging) {
		const from = path.join(staging, name);
		await link(from, to).catch(async () => copyFile(from, to));
		return;
	}

	await fetchFile(store, {key: name, to});
};
