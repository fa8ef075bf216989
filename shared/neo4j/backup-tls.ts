import {settingsBelow} from './neo4j-config.ts';
import {type FoundTarget, type PodTemplate, type PodVolume} from './target-object.ts';

const policy = 'dbms.ssl.policy.backup.';

/**
How a client of the backup port must speak TLS: the settings of the target's policy, and the files that they speak of, as the servers have them.
*/
export type BackupTLS = {
	readonly settings: Readonly<Record<string, string>>;
	/** Empty when the files of the policy lie in no volume that another Pod can have too. */
	readonly volumes: readonly PodVolume[];
	readonly mounts: ReadonlyArray<{readonly name: string; readonly mountPath: string; readonly readOnly: true}>;
	/** The Secrets that the volumes are made of. */
	readonly secretNames: readonly string[];
};

/**
The TLS policy of the target's backup port; undefined when it has none, and backups travel in the clear.
*/
export const backupTLSOf = (target: FoundTarget): BackupTLS | undefined =>
	backupTLSBy(settingsBelow(target, policy), target.statefulSet?.spec?.template?.spec, '/ssl');

/**
The same by settings and Pod of a server, for a policy that names no folder with the one that its files lie in.
*/
export const backupTLSBy = (settings: Readonly<Record<string, string>>, pod: PodTemplate | undefined, defaultFolder: string): BackupTLS | undefined => {
	const own = Object.fromEntries(Object.entries(settings).filter(([name]) => name.startsWith(policy)));
	if (own[`${policy}enabled`]?.toLowerCase() !== 'true') {
		return undefined;
	}

	const mounts = mountsOf(pod, own[`${policy}base_directory`] ?? defaultFolder);
	return {
		settings: own,
		volumes: mounts.map(({volume}, index) => ({...forThePod(volume), name: volumeName(index)})),
		mounts: mounts.map(({mountPath}, index) => ({name: volumeName(index), mountPath, readOnly: true})),
		secretNames: [...new Set(mounts.flatMap(({volume}) => secretNamesOf(volume)))],
	};
};

/** Private keys are read by way of the Pod's group. */
const forThePod = ({secret, projected}: PodVolume): Omit<PodVolume, 'name'> => ({
	...(secret && {secret: {...secret, defaultMode: 0o440}}), ...(projected && {projected: {...projected, defaultMode: 0o440}}),
});

const volumeName = (index: number): string => `backup-tls-${index}`;

/**
What a folder of a server is made of: the volume that it lies in, and those that are mounted inside it. Data volumes stay with the server.
*/
const mountsOf = (pod: PodTemplate | undefined, folder: string): ReadonlyArray<{readonly volume: PodVolume; readonly mountPath: string}> => {
	const mounts = pod?.containers?.flatMap(({volumeMounts = []}) => volumeMounts) ?? [];
	const around = mounts.filter(({mountPath}) => isWithin(folder, mountPath)).toSorted((a, b) => b.mountPath.length - a.mountPath.length).slice(0, 1);
	const inside = mounts.filter(({mountPath}) => mountPath !== folder && isWithin(mountPath, folder));
	return [...around, ...inside].flatMap(({name, mountPath}) => {
		const volume = pod?.volumes?.find(candidate => candidate.name === name && (candidate.secret ?? candidate.projected));
		return volume ? [{volume, mountPath}] : [];
	});
};

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder.replace(/\/$/v, '')}/`);

const secretNamesOf = ({secret, projected}: PodVolume): readonly string[] =>
	[secret?.secretName, ...projected?.sources?.map(source => source.secret?.name) ?? []].filter(name => name !== undefined);
