import {versionLine} from '#shared/neo4j/versions.ts';
import {newestSuccess} from '#shared/runs/history.ts';
import {type BackupType} from '#shared/runs/run-spec.ts';
import {type BackupStatus} from '#shared/runs/status.ts';

export type TypeDecision = {
	readonly type: BackupType;
	/** Why the run is not what the CR asks for; absent when it is. */
	readonly why?: string;
};

type Input = {
	readonly wanted: BackupType;
	readonly status: BackupStatus | undefined;
	readonly target: {readonly uid: string; readonly version?: string; readonly timeline?: string};
	/** Whether neo4j-admin cannot read earlier artifacts where they lie, so that no DIFF can be taken. */
	readonly alwaysFull?: string;
};

/**
What a run is sent as. A DIFF needs a FULL of the same target and version line in the directory, so the first run, and the first after a change of either, or after a restore into the target, is a FULL; and what the last run's report asked for in `status.nextBackupType` is obeyed (decisions D9, D10, D71).
*/
export const effectiveType = (input: Input): TypeDecision => {
	const {wanted} = input;
	if (wanted === 'FULL') {
		return {type: 'FULL'};
	}

	const why = reasonForFull(input);
	if (why) {
		return {type: 'FULL', why};
	}

	return wanted === 'DIFF' && input.status?.nextBackupType === 'AUTO'
		? {type: 'AUTO', why: 'a database could not take a DIFF in the last run: this run takes a FULL where one is needed'}
		: {type: wanted};
};

const reasonForFull = ({wanted, status, target, alwaysFull}: Input): string | undefined => {
	const changed = alwaysFull ?? changedTarget(status, target);
	if (changed) {
		return changed;
	}

	if (status?.nextBackupType === 'FULL') {
		return 'the chain has outgrown the policy, or there is none to go on with: a new chain is started';
	}

	const isFirst = !newestSuccess(status?.history) && !status?.storage?.restorePoints && !status?.nextBackupType;
	return wanted === 'DIFF' && isFirst ? 'there is no FULL in the directory yet that a DIFF could build on' : undefined;
};

const changedTarget = (status: BackupStatus | undefined, target: Input['target']): string | undefined => {
	const last = newestSuccess(status?.history)?.target;
	if (!last) {
		return undefined;
	}

	if (last.uid !== target.uid) {
		return 'the target was made anew since the last backup: a new chain is started';
	}

	if (last.timeline !== target.timeline) {
		return 'a database of the target was restored since the last backup, and no chain goes on over that: a new one is started';
	}

	const [before, after] = [last.version, target.version].map(version => version && versionLine(version));
	return before && after && before !== after ? `the target moved from Neo4j ${last.version} to ${target.version}: a new chain is started` : undefined;
};
