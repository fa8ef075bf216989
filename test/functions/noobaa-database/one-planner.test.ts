import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {scheduleChains, scheduledSets} from '../../../functions/noobaa-database/schedule-chains.ts';
import {planSweep} from '../../../functions/noobaa-database/plan-sweep.ts';
import {
	artifact, at, manifest, owner,
} from '../../shared/catalogue/history.ts';
import {clusterName, madeUp, nooBaaOf} from './made-up.ts';
import {startS3} from '#local/stores/s3.ts';
import {buildChains, type Chain} from '#shared/catalogue/chains.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {plan} from '#shared/retention/plan.ts';
import {parsePolicy, type RetentionSpec} from '#shared/retention/policy.ts';
import {openStore} from '#shared/stores/open.ts';
import {type StoreLocation} from '#shared/stores/store.ts';

/** Days of the year 2026 on which a database was backed up; the last is in the future. */
const days = [1, 2, 9, 20, 31, 32, 40, 58, 59, 59.5, 90];
const now = at(60);

/** The catalogue that runs on those days leave in a store of each kind. */
const chainsIn = async (location: StoreLocation, credentials: Readonly<Record<string, string>>): Promise<readonly Chain[]> => {
	const store = await openStore(location, credentials);
	try {
		await claimDirectory(store, owner);
		for (const day of days) {
			await writeManifest(store, manifest(day, [artifact(day, {database: clusterName})]));
		}

		const {artifacts} = await readCatalogue(store);
		return buildChains(artifacts);
	} finally {
		await store.close();
	}
};

const ofBucket = async (t: ExecutionContext): Promise<readonly Chain[]> => {
	const credentials = {accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY'};
	const s3 = await startS3({buckets: ['backups'], credentials});
	t.teardown(async () => s3.stop());
	return chainsIn({
		type: 's3', bucket: 'backups', path: 'daily', endpointURL: s3.endpoint, forcePathStyle: true, region: 'us-east-1',
	}, {AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey});
};

const ofClaim = async (t: ExecutionContext): Promise<readonly Chain[]> => {
	const root = await mkdtemp(path.join(tmpdir(), 'claim-'));
	t.teardown(async () => rm(root, {recursive: true}));
	return chainsIn({type: 'pvc', root, path: 'daily'}, {});
};

const made = madeUp(days.map(day => ({name: `backup-of-day-${day}`, at: at(day).toISOString()})));
const setsOfSchedule = scheduledSets(clusterName, made.backups, made.snapshots);

const policies: readonly RetentionSpec[] = [
	{maxCount: 3},
	{maxCount: 1, minCount: 4},
	{maxAge: '30d'},
	{maxAge: '1d', keep: {weekly: 2, monthly: 3}},
	{keep: {daily: 2}},
];

test('[X-076] the same restore points have the same plan, verdict by verdict and word by word, in a bucket, on a claim and as snapshots', async t => {
	const stores = {bucket: await ofBucket(t), claim: await ofClaim(t), snapshots: scheduleChains(clusterName, setsOfSchedule)};
	for (const retention of policies) {
		const plans = Object.fromEntries(Object.entries(stores).map(([store, chains]) => {
			// A restore holds the second of them.
			const pinned = chains[1]!.members[0]!.name;
			const verdicts = plan({
				chains, policy: parsePolicy(retention), now, pins: [{restore: 'neo4j/back', artifacts: [pinned]}],
			});
			return [store, verdicts.map(({artifact: {takenAt}, verdict, reason}) => ({takenAt, verdict, reason}))];
		}));
		t.is(plans['snapshots']!.length, days.length);
		t.true(new Set(plans['snapshots']!.map(({verdict}) => verdict)).size === 2);
		t.deepEqual(plans['snapshots'], plans['bucket']);
		t.deepEqual(plans['claim'], plans['bucket']);
	}
});

test('[X-076] maxSnapshots is the maxCount of a bucket\'s policy', async t => {
	const chains = await ofBucket(t);
	const bucket = plan({
		chains, policy: parsePolicy({maxCount: 4}), now, pins: [],
	});
	const {verdicts, going, kept} = planSweep({nooBaa: nooBaaOf(4), sets: setsOfSchedule, clusters: []}, now);
	const told = (all: typeof bucket) => all.map(({artifact: {takenAt}, verdict, reason}) => ({takenAt, verdict, reason}));
	t.deepEqual(told(verdicts), told(bucket));
	t.is(going.length, 6);
	t.is(kept, 5);
});
