import test from 'ava';
import {type ManifestArtifact} from '#shared/catalogue/manifest.ts';
import {judge, type Evidence} from '#jobs/report/judge.ts';

const artifact = (database: string): ManifestArtifact => ({
	name: `${database}-2026-11-21T02-00-00.backup`, database, databaseID: 'id', timeline: '2025', size: 10, time: '2026-11-21T02:00:00Z', full: true, compressed: true, lowestTx: 1, highestTx: 5, verification: 'notRequested',
});

const evidence = (changes: Partial<Evidence> = {}): Evidence => ({
	exitCode: 0, proven: [artifact('mydb')], unproven: [], damaged: [], fellBack: [], requested: ['mydb'], failures: new Map(), quote: undefined, withoutParent: [], sweepDeletes: false, attempt: 1, maxAttempts: 4, ...changes,
});

const verdicts: ReadonlyArray<readonly [string, Partial<Evidence>, {outcome: string; exit: number; final: boolean; reason?: string; message: RegExp}]> = [
	['exit 0 with each artifact', {}, {
		outcome: 'succeeded', exit: 0, final: true, message: /1 artifact proven/v,
	}],
	['a FULL that was taken because no DIFF could be is said to be one', {fellBack: ['mydb']}, {
		outcome: 'succeeded', exit: 0, final: true, message: /^1 artifact proven in the store; a FULL was taken where no DIFF could be: mydb$/v,
	}],
	['exit 1 with each artifact is a success that tells the problem', {exitCode: 1, quote: 'server-2 did not answer'}, {
		outcome: 'succeeded', exit: 0, final: true, message: /exit code 1.*server-2/v,
	}],
	['exit 0 without an artifact backed up nothing', {proven: []}, {
		outcome: 'failed', exit: 41, final: true, reason: 'NothingBackedUp', message: /nothing was backed up.*mydb/v,
	}],
	['one of two missing is tried again while the Job may', {requested: ['mydb', 'neo4j'], exitCode: 1, failures: new Map([['neo4j', 'timed out']])}, {
		outcome: 'partial', exit: 1, final: false, reason: 'PartiallySucceeded', message: /neo4j \(timed out\)/v,
	}],
	['one of two missing after the last attempt is partial', {requested: ['mydb', 'neo4j'], exitCode: 1, attempt: 4}, {
		outcome: 'partial', exit: 40, final: true, message: /1 missing: neo4j/v,
	}],
	['a database that cannot take a DIFF is not tried again', {
		requested: ['mydb', 'neo4j'], exitCode: 1, withoutParent: ['neo4j'], failures: new Map([['neo4j', 'no full']]),
	}, {
		outcome: 'partial', exit: 40, final: true, message: /neo4j \(no full\)/v,
	}],
	['a refused option is permanent and quoted', {proven: [], exitCode: 64, quote: 'Unknown option: \'--no-such-flag\''}, {
		outcome: 'failed', exit: 41, final: true, reason: 'UsageError', message: /Unknown option: '--no-such-flag'/v,
	}],
	['a crash may pass', {proven: [], exitCode: 70}, {
		outcome: 'failed', exit: 1, final: false, reason: 'BackupFailed', message: /exit code 70/v,
	}],
	['a killed container may pass', {proven: [], exitCode: undefined}, {
		outcome: 'failed', exit: 1, final: false, message: /killed/v,
	}],
	['a crash in the last attempt is final', {proven: [], exitCode: 70, attempt: 4}, {
		outcome: 'failed', exit: 41, final: true, message: /exit code 70/v,
	}],
	['an artifact that the store does not have proves nothing', {proven: [], unproven: [{name: 'x', database: 'mydb', reason: 'x is not in the store'}]}, {
		outcome: 'failed', exit: 1, final: false, reason: 'ArtifactNotProven', message: /not in the store/v,
	}],
	['a damaged artifact fails the run at once, and says what passed', {proven: [artifact('mydb'), artifact('neo4j')], requested: ['mydb', 'neo4j'], damaged: [{name: 'mydb-2026.backup', database: 'mydb', reason: 'found inconsistencies'}]}, {
		outcome: 'failed', exit: 41, final: true, reason: 'VerificationFailed', message: /^the verification failed of mydb \(mydb-2026\.backup: found inconsistencies\); what failed lies in \.neo4j-backup\/quarantine\/, and the next run is a FULL; 1 artifact passed and counts$/v,
	}],
	['what is missing beside a damaged artifact is tried again first', {requested: ['mydb', 'neo4j'], exitCode: 1, damaged: [{name: 'mydb-2026.backup', database: 'mydb', reason: 'found inconsistencies'}]}, {
		outcome: 'partial', exit: 1, final: false, message: /1 missing: neo4j/v,
	}],
];

for (const [title, changes, expected] of verdicts) {
	test(title, t => {
		const {message, ...rest} = expected;
		const verdict = judge(evidence(changes));
		t.like(verdict, rest);
		t.regex(verdict.message, message);
	});
}
