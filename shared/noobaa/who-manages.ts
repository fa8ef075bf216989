import {annotations} from '../api/group.ts';
import {type NooBaa} from './objects.ts';

export type Manager = {readonly isOurs: boolean; readonly reason: string};

/** The first release of NooBaa's operator that does backups itself. */
const ownBackupsSince = [5, 21] as const;

/**
Whose the backups of a NooBaa's database are. Its operator does them itself since 5.21, and two that do would take every backup twice and write one status. So these functions stay away where NooBaa's own ScheduledBackup is there, where its operator is as new as that, and where nobody can tell how new it is; the annotation `neo4j.com/manage-backups`, `true` or `false`, goes before all of it (decision D61).
*/
export const whoManages = ({metadata, spec, status}: NooBaa, hasNooBaasSchedule: boolean): Manager => {
	const said = metadata.annotations?.[annotations.manageBackups];
	if (said === 'true' || said === 'false') {
		return {isOurs: said === 'true', reason: `the annotation ${annotations.manageBackups} is "${said}"`};
	}

	if (hasNooBaasSchedule) {
		return {isOurs: false, reason: 'NooBaa\'s own ScheduledBackup is there'};
	}

	const image = status?.actualImage ?? spec.image;
	const version = versionOf(image);
	if (!version) {
		return {isOurs: false, reason: `the version of NooBaa cannot be told from its image (${image ?? 'none is known yet'})`};
	}

	const [major, minor] = version;
	const isNew = major > ownBackupsSince[0] || (major === ownBackupsSince[0] && minor >= ownBackupsSince[1]);
	return {isOurs: !isNew, reason: isNew ? `NooBaa ${major}.${minor} makes backups itself` : `NooBaa ${major}.${minor} makes no backups itself`};
};

/** The tag of an image: `quay.io/noobaa/noobaa-core:5.20.3`. A digest says nothing. */
const versionOf = (image = ''): readonly [number, number] | undefined => {
	const tag = /:v?(?<major>\d+)\.(?<minor>\d+)(?:[.\-]|$)/v.exec(image.replace(/@.*/v, ''))?.groups;
	return tag && [Number(tag['major']), Number(tag['minor'])];
};
