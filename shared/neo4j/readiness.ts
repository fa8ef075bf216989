import {annotations} from '../api/group.ts';
import {listenAddressOf, type ListenAddress} from './listen-address.ts';
import {type FoundTarget} from './target-object.ts';

/**
Why a target cannot be backed up now. It may be later, without a change of the Neo4jBackup.
*/
export type NotReady = {
	/** CamelCase word for the condition. */
	readonly reason: string;
	/** A sentence with what to do. */
	readonly message: string;
};

/**
What keeps a backup in namespace `from` from reading a target, if anything does.
*/
export const notReadyReason = (target: FoundTarget, from: string): NotReady | undefined =>
	withoutConsent(target, from) ?? underRestore(target) ?? notRunning(target) ?? withoutBackupPort(target);

/**
A target in another namespace must name the namespaces that may copy its data out (decision D21).
*/
const withoutConsent = (target: FoundTarget, from: string): NotReady | undefined => {
	const allowed = target.object.metadata.annotations?.[annotations.backupFrom]?.split(/[,\s]+/v) ?? [];
	return target.namespace === from || allowed.includes(from)
		? undefined
		: {
			reason: 'TargetConsentMissing',
			message: `${describe(target)} does not allow backups from namespace ${from}. Whoever owns it can: kubectl annotate ${target.kind.toLowerCase()} ${target.object.metadata.name} -n ${target.namespace} ${annotations.backupFrom}=${[...allowed.filter(Boolean), from].join(',')} --overwrite`,
		};
};

const underRestore = (target: FoundTarget): NotReady | undefined => {
	const restore = target.object.metadata.annotations?.[annotations.restoreInProgress];
	return restore === undefined
		? undefined
		: {
			reason: 'RestoreInProgress', message: `${describe(target)} is being restored${restore && restore !== 'true' ? ` by ${restore}` : ''}: the backup runs afterwards`,
		};
};

const notRunning = (target: FoundTarget): NotReady | undefined => {
	const problem = runningProblem(target);
	return problem === undefined ? undefined : {reason: 'TargetNotReady', message: `${describe(target)} ${problem}: the backup waits until it is Ready`};
};

const runningProblem = ({object: {metadata, status}, statefulSet}: FoundTarget): string | undefined => {
	if (metadata.deletionTimestamp) {
		return 'is being deleted';
	}

	if (status?.phase !== 'Ready') {
		return `is ${status?.phase ?? 'not reported on'}${status?.message ? ` (${status.message})` : ''}`;
	}

	return statefulSet?.spec?.replicas === 0 ? 'has no servers' : undefined;
};

const withoutBackupPort = (target: FoundTarget): NotReady | undefined => {
	const problems: Readonly<Record<ListenAddress, NotReady | undefined>> = {
		disabled: {reason: 'BackupServerDisabled', message: 'has server.backup.enabled=false; remove it in spec.config of the target'},
		loopback: {reason: 'BackupAddressIsLoopback', message: 'takes backup clients on loopback only; set server.backup.listen_address to 0.0.0.0:6362 in spec.config of the target'},
		applying: {reason: 'TargetNotReady', message: 'has yet to take up server.backup.listen_address: the backup waits until its operator has written it'},
		missing: undefined,
		set: undefined,
	};
	const problem = problems[listenAddressOf(target)];
	return problem && {...problem, message: `${describe(target)} ${problem.message}`};
};

const describe = ({kind, namespace, object}: FoundTarget): string => `${kind} ${object.metadata.name} in namespace ${namespace}`;
