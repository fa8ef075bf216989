import {settingsBelow} from './neo4j-config.ts';
import {type FoundTarget} from './target-object.ts';

const policy = 'dbms.ssl.policy.backup.';

/**
How a client of the backup port must speak TLS: the settings of the target's policy, and the Secret that holds its files.
*/
export type BackupTLS = {
	readonly settings: Readonly<Record<string, string>>;
	/** Absent when the files of the policy lie in no Secret volume. */
	readonly secretName?: string;
	/** Where the settings expect the files. */
	readonly mountPath: string;
};

/**
The TLS policy of the target's backup port; undefined when it has none, and backups travel in the clear.
*/
export const backupTLSOf = (target: FoundTarget): BackupTLS | undefined => {
	const settings = settingsBelow(target, policy);
	if (settings[`${policy}enabled`]?.toLowerCase() !== 'true') {
		return undefined;
	}

	const folder = settings[`${policy}base_directory`] ?? '/ssl';
	const mount = mountOf(target, folder);
	return {settings, mountPath: mount?.mountPath ?? folder, ...(mount?.secretName && {secretName: mount.secretName})};
};

const mountOf = ({statefulSet}: FoundTarget, folder: string): {readonly mountPath: string; readonly secretName?: string} | undefined => {
	const pod = statefulSet?.spec?.template?.spec;
	const mount = pod?.containers?.flatMap(({volumeMounts = []}) => volumeMounts)
		.filter(({mountPath}) => folder === mountPath || folder.startsWith(`${mountPath.replace(/\/$/v, '')}/`))
		.toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0];
	const secretName = pod?.volumes?.find(({name}) => name === mount?.name)?.secret?.secretName;
	return mount && {mountPath: mount.mountPath, ...(secretName && {secretName})};
};
