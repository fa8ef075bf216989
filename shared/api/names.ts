import {createHash} from 'node:crypto';

const maxLength = 63;

/**
The first 8 hexadecimal digits of a SHA-256 over the parts, separated so that no two lists of parts read alike.
*/
export const shortHash = (...parts: readonly string[]): string => createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 8);

/**
An instant in UTC as it stands in names: `20261121020000`.
*/
export const compactTime = (instant: Date): string => instant.toISOString().replaceAll(/[^\d]/gv, '').slice(0, 14);

/**
The name of a child of a CR: `<name>-<suffix>`, or, where that is longer than the 63 characters that a label value and a Pod's host name may have, the name cut and told apart by a hash.
*/
export const childName = (name: string, suffix: string): string => {
	const plain = `${name}-${suffix}`;
	if (plain.length <= maxLength) {
		return plain;
	}

	const head = name.slice(0, maxLength - suffix.length - 10).replace(/[.\-]+$/v, '');
	return `${head}-${shortHash(name)}-${suffix}`;
};

/**
The id of a run, the same whoever works it out: from what caused it (the CR's uid and, say, the scheduled instant or the request's token) and the instant that its name shows.
*/
export const runID = (uid: string, instant: Date, cause: string): string => `${compactTime(instant)}-${shortHash(uid, cause)}`;

/**
The id of the run for one instant of a CR's schedule.
*/
export const scheduledRunID = (uid: string, instant: Date): string => runID(uid, instant, `schedule ${instant.toISOString()}`);

/**
The name of a backup Job. The first run of a CR without a schedule is plainly `<name>-backup`; every other carries its instant (decision D32).
*/
export const backupJobName = (name: string, instant?: Date): string => childName(name, instant ? `backup-${compactTime(instant)}` : 'backup');
