import {ConfigurationError, toError} from '#shared/errors.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {isScheduled} from '#shared/runs/phase.ts';
import {podPaths} from '#shared/runs/run-spec.ts';
import {parseDuration} from '#shared/schedule/duration.ts';
import {scheduleEntries, schedulePolicy} from '#shared/schedule/entries.ts';
import {nextAfter} from '#shared/schedule/cron.ts';

/**
What is wrong with a manifest that the schema could not refuse, as a ConfigurationError that names the field and the way out; undefined when it can run. What this release does not do yet is refused rather than left out in silence.
*/
export const specProblem = (backup: Neo4jBackup, now: Date): ConfigurationError | undefined => {
	try {
		checkSchedule(backup, now);
		checkDurations(backup);
		checkOptions(backup);
		checkSupported(backup);
		return undefined;
	} catch (error) {
		if (error instanceof ConfigurationError) {
			return error;
		}

		throw toError(error);
	}
};

const checkSchedule = (backup: Neo4jBackup, now: Date): void => {
	schedulePolicy(backup.spec);
	if (isScheduled(backup)) {
		for (const {schedule} of scheduleEntries(backup.spec)) {
			nextAfter(schedule, now);
		}
	}
};

const checkDurations = ({spec}: Neo4jBackup): void => {
	if (spec.options?.timeout) {
		parseDuration(spec.options.timeout, 'spec.options.timeout');
	}

	if (spec.retention?.maxAge) {
		parseDuration(spec.retention.maxAge, 'spec.retention.maxAge');
	}
};

/** Folders of the Pod that are not for temporary files: they hold something else, and neo4j-admin stages only where it finds nothing. */
const takenFolders = ['/tmp', ...Object.values(podPaths).filter(folder => folder !== podPaths.temporary)];

const checkOptions = ({spec: {options}}: Neo4jBackup): void => {
	const path = options?.tempPath?.replace(/\/+$/v, '');
	if (path !== undefined && takenFolders.some(folder => path === folder || folder.startsWith(`${path}/`) || (folder !== '/tmp' && path.startsWith(`${folder}/`)))) {
		throw new ConfigurationError(`spec.options.tempPath: ${path} is not empty in the Pod of a backup; name a folder of its own, such as /tmp/neo4j-backup-temp`);
	}

	const file = options?.additionalArgs?.find(argument => argument.startsWith('@'));
	if (file !== undefined) {
		throw new ConfigurationError(`spec.options.additionalArgs: neo4j-admin would take ${file} for a file of arguments in its Pod; write the arguments themselves`);
	}
};

const checkSupported = ({spec: {execution}}: Neo4jBackup): void => {
	if (execution === 'Sidecar') {
		throw new ConfigurationError('spec.execution: this release runs backups as Jobs only; remove it or set it to Job', 'SidecarNotSupported');
	}
};
