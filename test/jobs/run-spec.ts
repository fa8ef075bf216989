import {at, manifest, owner} from '../shared/catalogue/history.ts';
import {type RunSpec} from '#shared/runs/run-spec.ts';

/**
What the containers of a scheduled run of the third day are told, changed as a test needs it.
*/
export const runSpec = (changes: Partial<RunSpec> = {}): RunSpec => ({
	runID: '20260104000000-0000abcd',
	trigger: 'schedule',
	startedAt: at(3).toISOString(),
	maxAttempts: 4,
	owner,
	adoptStorage: false,
	location: {type: 's3', bucket: 'bucket', path: 'daily'},
	databases: ['*'],
	type: 'FULL',
	wantedType: 'AUTO',
	target: manifest(1, []).target,
	timeline: '2025',
	policy: {maxChainLength: 100},
	...changes,
});
