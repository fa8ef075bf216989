import {planFiles} from '../fetch/plan-files.ts';
import {selectDatabases} from '../fetch/select-databases.ts';
import {type Place} from '../places.ts';
import {chooseDatabase, refuseSystem} from './choose-database.ts';
import {holdArtifacts} from './hold-artifacts.ts';
import {proveReadable} from './prove-readable.ts';
import {toTime} from '#shared/api/conditions.ts';
import {databasesOf, openDirectory, readDatabase} from '#shared/catalogue/directory.ts';
import {parseArtifactName} from '#shared/catalogue/manifest.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {present} from '#shared/present.ts';
import {checkKey, type GivenKey} from '#shared/restore/decryption-key.ts';
import {refuseGoing} from '#shared/restore/refuse-selection.ts';
import {type ResolvedBackup} from '#shared/restore/resolve-outcome.ts';
import {type RestoreJobSpec} from '#shared/restore/restore-spec.ts';
import {type Selection, type WantedPoint} from '#shared/restore/select-point.ts';
import {normalizePath} from '#shared/stores/uri.ts';

type Catalogued = {
	readonly place: Place;
	/** Absent: the newest. */
	readonly name?: string;
	readonly thawed: boolean;
};

/**
Selects from a catalogue, by the chains of the planner of retention: a newer backup that cannot be restored is passed over and told. Then what was selected is pinned, the catalogue read once more, and what a sweep may be deleting is refused.
*/
export const resolveCatalogued = async (spec: RestoreJobSpec, key: GivenKey | undefined, source: Catalogued): Promise<ResolvedBackup> => {
	const {place: {store, location, directory}, name, thawed} = source;
	const chosen = name === undefined ? chooseDatabase(databasesOf(directory), spec.database, store.uri) : {database: parseArtifactName(name)!.database};
	refuseSystem(name ?? store.uri, chosen.database);
	const now = await store.now();
	const {selections: [selection]} = await selectDatabases(directory, {
		store, location, databases: [chosen.database], wanted: wantedPoint(spec, name), thawed, reader: {kind: 'restore', folder: folderBelow(spec, location.path)},
	}, now);
	const {members} = selection!;
	await refuseKey(selection!, key);
	const files = planFiles(selection!, {archiving: store.archiving, keepsEncrypted: false});
	const path = folderOf(files.map(file => file.key), location.path, selection!);
	const held = await holdArtifacts(spec, store, members.map(member => member.name));
	const again = await readDatabase(store, await openDirectory(store), chosen.database);
	refuseGoing(selection!, {artifacts: again.artifacts, expiring: again.marks.expiring}, {evenExpiring: false, pinned: held.isPinned, isRestore: true});
	await proveReadable(store, files, key);
	return {
		...resolved(selection!, path),
		notes: [
			...'note' in chosen && chosen.note !== undefined ? [chosen.note] : [],
			...held.notes,
			...directory.unreadable.slice(0, 1).map(({message}) => `A part of the catalogue cannot be read, and backups of which it tells are not seen: ${message}`),
			...selection!.passedOver.toReversed().map(passed => `${passed.name} is newer and was passed over: ${passed.reason}`),
		],
	};
};

const wantedPoint = ({pointInTime}: RestoreJobSpec, name: string | undefined): WantedPoint => {
	if (pointInTime !== undefined) {
		return {kind: 'containing', instant: new Date(pointInTime), ...present({name})};
	}

	return name === undefined ? {kind: 'newest'} : {kind: 'artifact', name};
};

const folderBelow = ({location}: RestoreJobSpec, path: string): string => {
	const base = normalizePath(location.path);
	const below = base === '' ? path : path.slice(base.length + 1);
	return below === '' ? '' : `${below}/`;
};

const refuseKey = async ({members, point}: Selection, key: GivenKey | undefined): Promise<void> => {
	if (point.encryption && !key) {
		throw new ConfigurationError(`${point.name} is encrypted with ${point.encryption.algorithm}: name the Secret with its key in source.encryption, or with type backup in spec.options.encryption of its Neo4jBackup`, 'EncryptionKeyMissing');
	}

	await checkKey(members, key);
};

/** Neo4j-admin looks for a chain in one folder. */
const folderOf = (keys: readonly string[], path: string, {database, point}: Selection): string => {
	const folders = new Set(keys.map(key => key.slice(0, key.lastIndexOf('/') + 1)));
	if (folders.size > 1) {
		throw new ConfigurationError(`${database}: ${point.name} builds on files that lie in the archive while it does not: bring them together with kubectl neo4j-backup fetch --thawed, and restore from that folder`, 'ArchivedBackup');
	}

	return normalizePath(`${path}/${[...folders][0]!}`);
};

const resolved = ({members, point}: Selection, path: string): Omit<ResolvedBackup, 'notes'> => ({
	outcome: 'resolved',
	path,
	artifactCount: members.length,
	bytes: members.reduce((sum, {size}) => sum + size, 0),
	artifacts: members.map(({name, size, full, highestTx}) => ({
		name, size, full, highestTx,
	})),
	isEncrypted: point.encryption !== undefined,
	originalDatabase: point.database,
	backupCreatedAt: toTime(new Date(point.time)),
	...(!point.isRebuilt && {runID: point.runID}),
	...present({neo4jVersion: point.targetVersion}),
});
