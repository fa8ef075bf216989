import {accountOf, connectAzure, type AzureSizes} from './azure/container.ts';
import {listAzure} from './azure/list.ts';
import {
	deleteAzure, downloadAzure, readAzure, statAzure,
} from './azure/read.ts';
import {copyAzure, createAzure, uploadAzure} from './azure/write.ts';
import {toBytes} from './create-once.ts';
import {deleteEach} from './delete-each.ts';
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
		delete: async keys => deleteEach(keys, async key => deleteAzure(container, key), 32),
		now: async () => storeTime(container, async () => statAzure(container, 'time')),
		async close() {
			// Its connections are the process's own.
		},
	};
};
