import {archiveKey} from '../catalogue/keys.ts';
import {type CatalogueArtifact} from '../catalogue/artifacts.ts';
import {type ExpiringMark} from '../catalogue/part.ts';
import {ConfigurationError} from '../errors.ts';
import {archivingOf} from '../stores/archiving.ts';
import {type StoreLocation} from '../stores/store.ts';
import {type Selection} from './select-point.ts';
import {thawText, type ThawReader} from './thaw.ts';

/**
Refuses what lies in an archive that is not read at once (decision D40), with the objects that it takes and how they are made readable. `thawed` says that somebody did.
*/
export const refuseArchived = ({database, point, members}: Selection, location: StoreLocation, thawed: boolean, reader?: ThawReader): void => {
	const archived = members.filter(({state}) => state === 'archived');
	if (archived.length === 0 || thawed) {
		return;
	}

	const keys = archived.map(({name}) => archiveKey(archivingOf[location.type], name));
	throw new ConfigurationError(`${database}: ${point.name}, taken ${point.takenAt}, is archived. ${thawText(location, keys, reader ?? {kind: 'fetch'})}`, 'ArchivedBackup');
};

type Known = {readonly artifacts: readonly CatalogueArtifact[]; readonly expiring: readonly ExpiringMark[]};

type Asking = {
	readonly evenExpiring: boolean;
	readonly pinned: boolean;
	/** Whether a Neo4jRestore asks, which has no options. */
	readonly isRestore?: boolean;
};

/**
Refuses, after the pin was written, what the catalogue as it is now does not have any more or has marked to expire: the sweep that deletes may be under way since before there was a pin (decision D39). `evenExpiring` says that no sweep comes any more.
*/
export const refuseGoing = ({database, members}: Selection, {artifacts, expiring}: Known, {evenExpiring, pinned, isRestore = false}: Asking): void => {
	const now = new Map(artifacts.map(artifact => [artifact.name, artifact]));
	const lost = members.find(({name, state, verification}) => now.get(name)?.state !== state || now.get(name)?.verification !== verification);
	if (lost) {
		throw new ConfigurationError(`${database}: ${lost.name} was there a moment ago and is ${now.has(lost.name) ? 'no longer as it was' : 'gone'}: a run or a sweep is at work. Try again`, 'BackupGone');
	}

	const marks = new Map(expiring.map(mark => [mark.name, mark]));
	const again = isRestore ? 'create the Neo4jRestore again' : 'try again';
	const mark = members.map(({name}) => marks.get(name)).find(found => found !== undefined);
	if (mark && !evenExpiring) {
		const way = pinned
			? `It is held from now on, and the next sweep takes the mark back: ${again} after it`
			: `Add run ${members.at(-1)!.runID} to spec.retention.pinned of its Neo4jBackup, and ${again} after the next sweep`;
		const without = isRestore ? 'bring it out with kubectl neo4j-backup fetch --even-expiring, and restore that' : 'take it all the same (--even-expiring)';
		throw new ConfigurationError(`${database}: ${mark.name} is marked to expire since ${mark.since}, and a sweep may be deleting it (${mark.reason}). ${way}. Where no sweep comes any more, ${without}`, 'BackupExpiring');
	}
};
