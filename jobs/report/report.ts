import pMap from 'p-map';
import {olderArtifacts} from '../older-artifacts.ts';
import {type Pod} from '../pod.ts';
import {attributeArtifacts} from './attribute.ts';
import {proveEncrypted} from './encrypted-artifacts.ts';
import {proveArtifact, type FoundArtifact} from './found-artifacts.ts';
import {readHeaders} from './headers.ts';
import {judge, type Verdict} from './judge.ts';
import {adoptedManifests, runManifest} from './manifests.ts';
import {runSummary, verdictOf} from './run-summary.ts';
import {removeRecords} from '#shared/catalogue/encrypted-record.ts';
import {type ManifestArtifact, type RunManifest} from '#shared/catalogue/manifest.ts';
import {nextBackupType} from '#shared/catalogue/next-type.ts';
import {quarantine} from '#shared/catalogue/quarantine.ts';
import {readCatalogue, type Catalogue} from '#shared/catalogue/read.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {encryptedName, parseEncryptedName} from '#shared/encryption/algorithm.ts';
import {parseBackupOutput, type BackupOutput} from '#shared/neo4j/backup-output.ts';
import {present} from '#shared/present.ts';
import {type RunSpec} from '#shared/runs/run-spec.ts';
import {type RunSummary} from '#shared/runs/summary.ts';

export type Report = {readonly summary: RunSummary; readonly exit: number};

type ReportPod = Pick<Pod, 'spec' | 'store' | 'folder'>;

/**
Judges a run inside its Pod, with the run's own credentials: proves each artifact, writes the run's manifest once no further attempt can add to it, and says what the next run must be.
*/
export const report = async (pod: ReportPod): Promise<Report> => {
	const {spec, store} = pod;
	const catalogue = await readCatalogue(store);
	const earlier = catalogue.runs.find(({manifest}) => manifest.runID === spec.runID);
	const finding = earlier ? {manifest: earlier.manifest, verdict: verdictOf(earlier.manifest), others: []} : await examine(pod, catalogue);
	for (const manifest of finding.others) {
		await writeManifest(store, manifest);
	}

	if (!earlier && finding.verdict.final) {
		await writeManifest(store, finding.manifest);
	}

	const written = finding.verdict.final ? [finding.manifest] : [];
	const stayed = spec.sweepDeletes ? [] : await quarantine(store, [...finding.others, ...written].flatMap(({artifacts}) => artifacts));
	const after = await readCatalogue(store);
	if (!spec.sweepDeletes) {
		await removeRecords(store, after.listing, after);
	}

	const now = await store.now();
	const next = nextBackupType({
		catalogue: after, policy: spec.policy, run: finding.manifest, wanted: spec.wantedType, now,
	});
	const rebuilt = finding.others.filter(({trigger}) => trigger === 'rebuilt').flatMap(({artifacts}) => artifacts);
	const verdict = {...finding.verdict, message: [finding.verdict.message, ...rebuilt.length > 0 ? [`the catalogue was lost and is rebuilt from the headers of ${rebuilt.length} artifacts`] : [], ...await pod.folder.readNotRebuilt(), ...stayed.map(({name, error}) => `${name} could not be put aside: ${error.message}`)].join('; ')};
	return {
		exit: verdict.exit, summary: runSummary({
			manifest: finding.manifest, verdict, catalogue: after, ...present({next}),
		}),
	};
};

type Finding = {readonly manifest: RunManifest; readonly verdict: Verdict; readonly others: readonly RunManifest[]};

const examine = async ({spec, store, folder}: ReportPod, catalogue: Catalogue): Promise<Finding> => {
	const record = await folder.readAttempt();
	const output = parseBackupOutput(await folder.readLog());
	const headers = await readHeaders(folder, {catalogue, record, finished: output.finished});
	const {algorithm} = spec.encryption ?? {};
	const results = await folder.readEncrypted();
	// What this Pod encrypted never reaches the store under its own name; what an earlier attempt left there in the clear does not come from the staging folder.
	const decrypted = await folder.readDecrypted();
	const encrypted = new Set(algorithm ? [...output.finished, ...Object.keys(results ?? {}), ...decrypted.map(name => parseEncryptedName(name)!.plainName)] : []);
	const names = [...new Set([...headers.keys(), ...output.finished])].filter(name => !encrypted.has(name));
	// Somebody else may have written these, and nobody has checked them.
	const older = await olderArtifacts(folder, record);
	const prove = async (name: string) => proveArtifact(name, {
		store, staging: algorithm ? undefined : spec.staging, timeline: spec.timeline, headers, ...(spec.verify && !older.has(name) && {verified: folder}),
	});
	const found = [
		...await pMap(names, prove, {concurrency: 8}),
		...await proveEncrypted({
			store, folder, catalogue, algorithm, results, finished: output.finished,
		}),
	];
	const proven = found.flatMap(entry => 'artifact' in entry ? [entry.artifact] : []);
	const finished = algorithm ? output.finished.map(name => encryptedName(name, algorithm)) : output.finished;
	const byRun = attributeArtifacts(proven, {runID: spec.runID, startedAt: record.startedAt, finished}, record.unfinished);
	const own = byRun.get(spec.runID) ?? [];
	const requested = requestedDatabases(spec, output, own);
	const verdict = judge({
		...evidence(spec, output, found.filter(entry => 'artifact' in entry || !older.has(entry.name))), proven: own, damaged: damagedOf(found, own), requested, exitCode: await folder.readExitCode(), attempt: record.attempt,
	});
	const now = await store.now();
	const completedAt = now.toISOString();
	return {
		verdict,
		manifest: runManifest(spec, {
			record, completedAt, requested, missing: verdict.missing, artifacts: own,
		}),
		others: adoptedManifests(spec, {
			record, completedAt, byRun,
		}),
	};
};

const damagedOf = (found: readonly FoundArtifact[], own: readonly ManifestArtifact[]) => found.flatMap(entry => 'artifact' in entry && entry.damage !== undefined && own.includes(entry.artifact)
	? [{name: entry.artifact.name, database: entry.artifact.database, reason: entry.damage}]
	: []);

const requestedDatabases = ({requested, databases}: RunSpec, {started}: BackupOutput, own: readonly ManifestArtifact[]): readonly string[] =>
	requested ?? (databases.includes('*') ? [...new Set([...started, ...own.map(({database}) => database)])] : databases);

const evidence = ({maxAttempts, sweepDeletes = false}: RunSpec, {failures, quote, withoutParent, fellBack}: BackupOutput, found: readonly FoundArtifact[]) => ({
	unproven: found.flatMap(entry => 'reason' in entry ? [entry] : []), failures, quote, withoutParent, fellBack, maxAttempts, sweepDeletes,
});

