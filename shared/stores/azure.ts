import {archivingOf} from './archiving.ts';
import {accountOf, connectAzure, type AzureSizes} from './azure/container.ts';
import {listAzure} from './azure/list.ts';
import {locksAzure} from './azure/locks.ts';
import {downloadAzure, readAzure, statAzure} from './azure/read.ts';
import {deleteBlobs} from './azure/versions.ts';
import {
	copyAzure, createAzure, moveAzure, uploadAzure,
} from './azure/write.ts';
import {toBytes} from './create-once.ts';
import {type Opening} from './driver.ts';
import {mebibyte, smallObjectBytes} from './sizes.ts';
import {type Store} from './store.ts';
import {storeTime} from './store-time.ts';
import {storeURI} from './uri.ts';

const usualSizes: AzureSizes = {partBytes: 8 * mebibyte, pageSize: 5000};

/**
A directory of an Azure blob container. Blobs are deleted one by one, 32 at a time: a batch would need its own parser and tells no more.
*/
export const openAzure = (opening: Opening, sizes = usualSizes): Store => {
	const container = connectAzure(opening, sizes);
	return {
		uri: storeURI({...opening.location, account: accountOf(opening.location, opening.credentials)}),
		list: (prefix, after) => listAzure(container, prefix, after),
		async stat(key) {
			const found = await statAzure(container, key);
			return found && {
				key, size: found.size, modified: found.modified, ...(found.tier !== undefined && {tier: found.tier}),
			};
		},
		read: async (key, maxBytes = smallObjectBytes) => readAzure(container, key, maxBytes),
		create: async (key, body) => createAzure(container, key, toBytes(body)),
		upload: async (key, body, size) => uploadAzure(container, key, body, size),
		download: async key => downloadAzure(container, key),
		copy: async (from, to, options = {}) => copyAzure(container, from, to, options),
		move: async (from, to, options = {}) => moveAzure(container, from, to, options),
		archiving: archivingOf.azure,
		locks: async objects => locksAzure(container, objects),
		delete: async (keys, options = {}) => deleteBlobs(container, keys, options),
		hidesDeleted: () => container.hidden.seen,
		now: async () => storeTime(container, async () => statAzure(container, 'time')),
		async close() {
			// Its connections are the process's own.
		},
	};
};
