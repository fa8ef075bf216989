import {openDirectory, type Directory} from '#shared/catalogue/directory.ts';
import {archivingOf} from '#shared/stores/archiving.ts';
import {type Store, type StoreLocation} from '#shared/stores/store.ts';
import {normalizePath} from '#shared/stores/uri.ts';

/**
One folder of a storage, with what its catalogue says, where it has one.
*/
export type Place = {
	/** From the root of the bucket or claim. */
	readonly path: string;
	readonly location: StoreLocation;
	readonly store: Store;
	readonly directory: Directory;
};

export type Places = {
	/** Opens a folder by its path from the root, once. */
	readonly open: (path: string) => Promise<Place>;
	readonly close: () => Promise<void>;
};

/**
The folders of one storage that are looked at in turn.
*/
export const openPlaces = (location: StoreLocation, openStore: (location: StoreLocation) => Promise<Store>): Places => {
	const stores: Store[] = [];
	const opened = new Map<string, Promise<Place>>();
	const open = async (path: string): Promise<Place> => {
		const store = await openStore({...location, path});
		stores.push(store);
		return {
			path, location: {...location, path}, store, directory: await openDirectory(store),
		};
	};

	return {
		async open(given) {
			const path = normalizePath(given);
			const place = opened.get(path) ?? open(path);
			opened.set(path, place);
			return place;
		},
		async close() {
			await Promise.all(stores.map(async store => store.close()));
		},
	};
};

/**
The path of the directory that a folder is the archive of; undefined for any other folder.
*/
export const directoryAbove = ({type, path: given}: StoreLocation): string | undefined => {
	const {folder} = archivingOf[type];
	const path = `/${normalizePath(given)}/`;
	return folder !== undefined && path.endsWith(`/${folder}`) ? normalizePath(path.slice(0, -folder.length)) : undefined;
};

/**
Whether a folder has a catalogue, be it a damaged one.
*/
export const hasCatalogue = ({directory}: Place): boolean => directory.listing.objects.size > 0;
