import {byTime} from '../catalogue/chains.ts';
import {type CatalogueArtifact} from '../catalogue/artifacts.ts';
import {archiveKey, catalogueFile, quarantineKey} from '../catalogue/keys.ts';
import {isSameOwner, type Owner} from '../catalogue/manifest.ts';
import {removeRecords} from '../catalogue/encrypted-record.ts';
import {withoutExpiredPins} from '../catalogue/directory.ts';
import {pinHolder} from '../catalogue/pin.ts';
import {readCatalogue, type Catalogue} from '../catalogue/read.ts';
import {type DeleteOptions, type Store} from '../stores/store.ts';

export type Purge = {
	readonly deleted: number;
	/** What is still there, or why nothing was touched. */
	readonly stayed: ReadonlyArray<{readonly name: string; readonly reason: string}>;
};

type PurgeInput = {
	readonly store: Store;
	readonly owner: Owner;
	readonly versions: DeleteOptions['versions'] | undefined;
	readonly isOver: () => boolean;
};

/** Artifacts of one request. */
const batchSize = 1000;

/**
Deletes everything of one owner's directory that its manifests name, and then the catalogue itself: for a CR that is deleted with `deletionPolicy: Delete`. The newest backups go first, so that what is left when it is cut off can be restored; the mark of a whole listing goes last, so that it can be gone on with. Files that no manifest names stay, and so does everything while a restore or a fetch reads it or while the catalogue cannot be read.
*/
export const purgeDirectory = async ({store, owner, versions = 'Keep', isOver}: PurgeInput): Promise<Purge> => {
	const catalogue = withoutExpiredPins(await readCatalogue(store), await store.now());
	if (catalogue.owner && !isSameOwner(catalogue.owner, owner)) {
		// It was taken over: nothing in it is this CR's any more.
		return {deleted: 0, stayed: []};
	}

	const hindrance = hindranceOf(catalogue);
	if (hindrance) {
		return {deleted: 0, stayed: [hindrance]};
	}

	const artifacts = catalogue.artifacts.filter(({state}) => state !== 'missing').toSorted((one, other) => byTime(other, one));
	const stayed: Array<Purge['stayed'][number]> = [];
	for (let start = 0; start < artifacts.length; start += batchSize) {
		if (isOver()) {
			return {deleted: start - stayed.length, stayed: [...stayed, {name: store.uri, reason: 'there was no time for all of it'}]};
		}

		const failures = await store.delete(artifacts.slice(start, start + batchSize).flatMap(artifact => keysOf(store, artifact)), {versions});
		stayed.push(...failures.map(({key, reason, message}) => ({name: key, reason: `${reason}: ${message}`})));
	}

	return {deleted: artifacts.length - stayed.length, stayed: stayed.length > 0 ? stayed : await purgeCatalogue(store, catalogue, versions)};
};

const hindranceOf = ({listing, unreadable, pins}: Catalogue): Purge['stayed'][number] | undefined => {
	const [pin] = pins;
	if (pin) {
		return {name: pin.key, reason: `${pinHolder(pin)} reads the backups`};
	}

	// An empty folder has nothing to be read, and nothing that would be ours.
	const [problem] = listing.objects.size === 0 ? [] : unreadable;
	return problem && {name: problem.key, reason: problem.message};
};

/** Wherever the file may lie: a run or a sweep that was cut off while it moved it may have left it at two places. */
const keysOf = ({archiving}: Store, {name, state}: CatalogueArtifact): readonly string[] => {
	if (state === 'quarantined') {
		return [name, quarantineKey(name)];
	}

	return state === 'archived' ? [name, archiveKey(archiving, name)] : [name];
};

/** Only files that the catalogue uses. Indexes go before what they name: one that stayed alone could not be read, and a later attempt would touch nothing. */
const purgeCatalogue = async (store: Store, catalogue: Catalogue, versions: 'Keep' | 'Delete'): Promise<Purge['stayed']> => {
	const {listing, listing: {objects}} = catalogue;
	await removeRecords(store, listing, catalogue);
	for (const kinds of [['index'], ['part', 'manifest', 'attempt', 'sweep', 'pin'], ['owner'], ['end']]) {
		const keys = [...objects.keys()].filter(key => kinds.includes(catalogueFile(key).kind));
		const failures = await store.delete(keys, {versions});
		if (failures.length > 0) {
			return failures.map(({key, reason, message}) => ({name: key, reason: `${reason}: ${message}`}));
		}
	}

	return [];
};
