import test from 'ava';
import {optionProblem} from '../../../functions/launch-restore/option-problem.ts';
import {readinessProblem} from '../../../functions/launch-restore/readiness-problem.ts';
import {unsupported} from '../../../functions/launch-restore/unsupported.ts';
import {volumeProblem} from '../../../functions/launch-restore/volume-problem.ts';
import {clusterTarget, restoreOf} from './restore.ts';
import {type RestoreSpec} from '#shared/restore/status.ts';

const asked: ReadonlyArray<readonly [string, Partial<RestoreSpec>]> = [
	['spec.method', {method: 'Seed'}],
	['spec.source.type', {source: {type: 'pitr'}}],
	['preRestore', {options: {preRestore: {cypherStatements: ['RETURN 1']}}}],
	['postRestore', {options: {postRestore: {cypherStatements: ['RETURN 1']}}}],
	['verifyBackup', {options: {verifyBackup: true}}],
	['restoreMetadata', {options: {restoreMetadata: true}}],
];

for (const [field, spec] of asked) {
	test(`what is not there yet is refused by name and not left out: ${field} ${Object.keys(spec).join('')}`, t => {
		t.true(unsupported({...restoreOf().spec, ...spec})?.includes(field));
	});
}

test('what is there is asked for in vain by nothing', t => {
	t.is(unsupported(restoreOf({method: 'Job', options: {replaceExisting: true, verifyBackup: false}}).spec), undefined);
	t.is(unsupported(restoreOf({method: 'Auto'}).spec), undefined);
});

const argumentsKnown = [
	['--verbose', '5.26.3', true],
	['--restore-until=123', '5.26.3', true],
	['--temp-path=/scratch', '5.26.3', true],
	['--check-consistency', '5.26.3', true],
	['--source-database=mydb', '5.26.3', false],
	['--source-database=mydb', '2025.02.0', true],
	['--source-database=mydb', undefined, false],
	['--force', '2025.12.0', false],
	['--no-such-flag', '2025.12.0', false],
	['--no-such-flag', '2027.01.0', true],
] as const;

for (const [argument, version, isKnown] of argumentsKnown) {
	test(`${argument} is ${isKnown ? 'passed' : 'refused, with the valid ones,'} on ${version ?? 'a version that nobody tells'}`, t => {
		const problem = optionProblem({options: {additionalArgs: ['--verbose', argument]}}, version);
		t.is(problem === undefined, isKnown);
		t.true(isKnown || [argument.split('=', 1)[0]!, '--verbose', '--restore-until'].every(word => problem?.message.includes(word)));
	});
}

test('a StatefulSet that deletes the claims of servers that it scales away is not scaled down', t => {
	const target = clusterTarget();
	const deleting = {...target, statefulSet: {...target.statefulSet, spec: {...target.statefulSet.spec, persistentVolumeClaimRetentionPolicy: {whenScaled: 'Delete' as const}}}};
	const problem = volumeProblem({stopCluster: true}, deleting);
	t.is(problem?.reason, 'ClaimsWouldBeDeleted');
	t.true(['method: Seed', 'whenScaled: Delete'].every(word => problem?.message.includes(word)));
	t.is(volumeProblem({stopCluster: false}, deleting), undefined);
	t.is(volumeProblem({stopCluster: true}, target), undefined);
});

test('a claim that only one Pod may mount is restored onto only while its server is stopped', t => {
	const target = clusterTarget();
	const alone = {...target, statefulSet: {...target.statefulSet, spec: {...target.statefulSet.spec, volumeClaimTemplates: [{metadata: {name: 'data'}, spec: {accessModes: ['ReadWriteOncePod']}}]}}};
	t.is(volumeProblem({stopCluster: false}, alone)?.reason, 'ClaimInUse');
	t.is(volumeProblem({stopCluster: true}, alone), undefined);
});

const servers = [
	[3, 3, {}, true],
	[3, 2, {}, false],
	[3, 2, {stopCluster: true}, false],
	[3, 2, {force: true}, false],
	[3, 0, {stopCluster: true, force: true}, true],
	[3, 0, {stopCluster: true, options: {replaceExisting: true}}, true],
	[0, 0, {stopCluster: true, force: true}, false],
] as const;

for (const [replicas, readyReplicas, spec, isRestored] of servers) {
	test(`with ${readyReplicas} of ${replicas} servers ready, and ${JSON.stringify(spec)}, the target is ${isRestored ? 'restored into' : 'waited for'}`, t => {
		const target = clusterTarget();
		const found = {...target, statefulSet: {...target.statefulSet, spec: {...target.statefulSet.spec, replicas}, status: {readyReplicas}}};
		t.is(readinessProblem({...restoreOf().spec, ...spec}, found) === undefined, isRestored);
	});
}
