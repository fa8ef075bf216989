import test, {type ExecutionContext} from 'ava';
import {artifact, at} from '../catalogue/history.ts';
import {type CatalogueArtifact} from '#shared/catalogue/artifacts.ts';
import {refuseArchived, refuseGoing} from '#shared/restore/refuse-selection.ts';
import {selectPoint} from '#shared/restore/select-point.ts';
import {type StoreLocation} from '#shared/stores/store.ts';

const known = (days: number, change: Partial<CatalogueArtifact> = {}): CatalogueArtifact => {
	const plain = artifact(days, change);
	return {
		...plain, runID: `run-${days}`, targetUID: 'target-1', takenAt: plain.time, orderTime: plain.time, state: 'present', ...change,
	};
};

const selected = (artifacts: readonly CatalogueArtifact[]) => selectPoint({
	database: 'neo4j', artifacts, wanted: {kind: 'newest'}, now: at(50),
});

const archived = [known(1, {state: 'archived'}), known(2, {
	state: 'archived', full: false, lowestTx: 11, highestTx: 20,
})];

const name = (days: number) => known(days).name;

const thaw = (t: ExecutionContext, location: StoreLocation): string => t.throws(() => {
	refuseArchived(selected(archived), location, false);
}, {message: new RegExp(String.raw`^neo4j: ${name(2)}, taken 2026-01-03T00:00:00.000Z, is archived\. `, 'v')}).message;

test('an archived chain is refused with a command of the provider for each object that has to be thawed', t => {
	const s3 = thaw(t, {
		type: 's3', bucket: 'backups', path: 'daily/', endpointURL: 'https://s3.example.com',
	});
	t.true(s3.includes(`\n  aws s3api restore-object --bucket backups --key daily/.neo4j-backup/archive/${name(1)} --restore-request '{"Days":7,"GlacierJobParameters":{"Tier":"Standard"}}' --endpoint-url https://s3.example.com\n`));
	t.true(s3.includes(`--key daily/.neo4j-backup/archive/${name(2)} `));
	t.regex(s3, /try again with --thawed; it stays archived/v);
	const azure = thaw(t, {
		type: 'azure', bucket: 'backups', path: 'it\'s/', account: 'account1',
	});
	t.true(azure.includes(String.raw`az storage blob set-tier --account-name account1 --container-name backups --name 'it'\''s/.neo4j-backup/archive/${name(1)}' --tier Hot`));
	const claim = thaw(t, {type: 'pvc', path: 'daily', root: '/mnt/backup'});
	t.true(claim.includes(`mv /mnt/backup/daily/archive/${name(1)} /mnt/backup/daily/${name(1)}\n`));
});

test('a restore is told what to write in its manifest, and only of the first objects of a long chain', t => {
	const chain = [archived[0]!, ...[2, 3, 4, 5, 6].map(days => known(days, {
		state: 'archived', full: false, lowestTx: ((days - 1) * 10) + 1, highestTx: days * 10,
	}))];
	const refused = (location: StoreLocation, folder: string) => t.throws(() => {
		refuseArchived(selected(chain), location, false, {kind: 'restore', folder});
	}).message;
	const s3 = refused({type: 's3', bucket: 'backups', path: 'all/daily'}, 'daily/');
	t.is(s3.split('aws s3api restore-object').length - 1, 4);
	t.true(s3.includes(`\n  … and so on for 2 more, up to all/daily/.neo4j-backup/archive/${name(6)}\n`));
	t.true(s3.includes(`create the Neo4jRestore again with spec.source.backupPath: daily/.neo4j-backup/archive/${name(6)}; it stays archived. \`aws s3api head-object\` shows`));
	t.regex(refused({type: 'pvc', path: 'daily', root: '/mnt'}, ''), /\nThen create the Neo4jRestore again\. If its policy is not to archive it once more/v);
});

test('what somebody says is thawed is not refused, and neither is what was never archived', t => {
	const location: StoreLocation = {type: 's3', bucket: 'backups', path: ''};
	t.notThrows(() => {
		refuseArchived(selected(archived), location, true);
		refuseArchived(selected([known(1)]), location, false);
	});
});

const expiring = [{name: name(1), since: at(3).toISOString(), reason: 'expires: older than 1d'}];

test('a chain of which a sweep has marked a member to expire is refused, with the way out', t => {
	const artifacts = [known(1)];
	const refused = (pinned: boolean, isRestore = false) => t.throws(() => {
		refuseGoing(selected(artifacts), {artifacts, expiring}, {evenExpiring: false, pinned, isRestore});
	}).message;
	t.regex(refused(true), /marked to expire since 2026-01-04T00:00:00\.000Z, and a sweep may be deleting it \(expires: older than 1d\)\. It is held from now on, and the next sweep takes the mark back: try again after it/v);
	t.regex(refused(false), /Add run run-1 to spec\.retention\.pinned/v);
	t.regex(refused(true, true), /takes the mark back: create the Neo4jRestore again after it\. Where no sweep comes any more, bring it out with kubectl neo4j-backup fetch --even-expiring, and restore that$/v);
	t.notThrows(() => {
		refuseGoing(selected(artifacts), {artifacts, expiring}, {evenExpiring: true, pinned: true});
		refuseGoing(selected(artifacts), {artifacts, expiring: []}, {evenExpiring: false, pinned: true});
	});
});

test('what went or changed between the selection and the pin is refused', t => {
	const selection = selected([known(1)]);
	const options = {evenExpiring: true, pinned: true};
	t.throws(() => {
		refuseGoing(selection, {artifacts: [], expiring: []}, options);
	}, {message: /was there a moment ago and is gone: .*Try again/v});
	t.throws(() => {
		refuseGoing(selection, {artifacts: [known(1, {verification: 'failed'})], expiring: []}, options);
	}, {message: /is no longer as it was/v});
});
