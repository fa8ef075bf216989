import test, {type ExecutionContext} from 'ava';
import {mixedCadenceProblem} from '#shared/neo4j/mixed-cadence.ts';

const both = [{backupType: 'FULL'}, {backupType: 'DIFF'}] as const;

const refuses = (t: ExecutionContext, spec: Parameters<typeof mixedCadenceProblem>[0], version: string | undefined, expected: boolean) => {
	t.is(mixedCadenceProblem(spec, version) !== undefined, expected);
};

test('FULL and DIFF with preferDiffAsParent before 2026.02', refuses, {schedules: both, options: {preferDiffAsParent: true}}, '2025.12.0', true);
test('on a version that is not known', refuses, {schedules: both, options: {preferDiffAsParent: true}}, undefined, true);
test('since 2026.02', refuses, {schedules: both, options: {preferDiffAsParent: true}}, '2026.02.0', false);
test('without preferDiffAsParent', refuses, {schedules: both}, '2025.12.0', false);
test('of one type', refuses, {schedules: [{}, {backupType: 'DIFF'}], options: {preferDiffAsParent: true, backupType: 'DIFF'}}, '2025.12.0', false);
test('one entry that takes the type of the options', refuses, {schedules: [{}, {backupType: 'DIFF'}], options: {preferDiffAsParent: true, backupType: 'FULL'}}, '2025.12.0', true);
test('with a single schedule', refuses, {options: {preferDiffAsParent: true, backupType: 'DIFF'}}, '2025.12.0', false);
