import test from 'ava';
import {maxChainLength} from '#shared/schedule/chain-length.ts';

const hourly = {name: 'differential', schedule: '0 * * * *', backupType: 'DIFF'} as const;
const sunday = {name: 'full', schedule: '0 0 * * 0', backupType: 'FULL'} as const;

const cases = [
	['a Neo4jBackup that says nothing', {}, 100],
	['one schedule, whatever its type', {schedule: '0 * * * *', options: {backupType: 'FULL'}}, 100],
	['a FULL and DIFFs of their own', {schedules: [hourly, sunday]}, undefined],
	['a FULL that is so by the type of all', {schedules: [hourly, {name: 'full', schedule: '0 0 * * 0'}], options: {backupType: 'FULL'}}, undefined],
	['schedules without a FULL', {schedules: [hourly, {name: 'auto', schedule: '0 0 * * 0'}], options: {backupType: 'AUTO'}}, 100],
	['a length that the user gives', {schedules: [hourly, sunday], options: {maxChainLength: 24}}, 24],
] as const;

for (const [what, spec, expected] of cases) {
	test(`with ${what} a chain has ${expected === undefined ? 'no limit' : `at most ${expected} backups`}`, t => {
		t.is(maxChainLength(spec), expected);
	});
}
