import {type Neo4jBackup} from '#shared/runs/status.ts';

type Parts = {
	readonly metadata?: Partial<Neo4jBackup['metadata']>;
	readonly spec?: Partial<Neo4jBackup['spec']>;
	readonly status?: Neo4jBackup['status'];
};

/**
An hourly Neo4jBackup that was created at half past midnight and has been looked at, changed as a test needs it.
*/
export const hourlyBackup = ({metadata, spec, status}: Parts = {}): Neo4jBackup => ({
	apiVersion: 'neo4j.neo4j.com/v1alpha1',
	kind: 'Neo4jBackup',
	metadata: {
		name: 'b', namespace: 'n', uid: 'uid-1', resourceVersion: '1', generation: 1, creationTimestamp: '2026-03-10T00:30:00Z', ...metadata,
	},
	spec: {
		target: {kind: 'Cluster', name: 'c'}, storage: {type: 's3', bucket: 'bucket'}, schedule: '0 * * * *', ...spec,
	},
	status: {
		phase: 'Scheduled', observedGeneration: 1, observedSchedule: {expression: '0 * * * * UTC', since: '2026-03-10T00:30:00Z'}, lastScheduleTime: '2026-03-10T11:00:00Z', lastSuccessTime: '2026-03-10T11:05:00Z', ...status,
	},
});

/**
The same without a schedule.
*/
export const oneShotBackup = ({spec, status, ...parts}: Parts = {}): Neo4jBackup => {
	const {schedule: _, ...rest} = hourlyBackup().spec;
	return {...hourlyBackup(parts), spec: {...rest, ...spec}, status: {phase: 'Pending', observedGeneration: 1, ...status}};
};
