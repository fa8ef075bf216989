import {archivingOf} from './archiving.ts';
import {toBytes} from './create-once.ts';
import {type Opening} from './driver.ts';
import {connectGcs, type GcsSizes} from './gcs/bucket.ts';
import {listGcs} from './gcs/list.ts';
import {downloadGcs, readGcs, statGcs} from './gcs/read.ts';
import {uploadGcs} from './gcs/upload.ts';
import {deleteObjectsGcs} from './gcs/versions.ts';
import {copyGcs, createGcs, moveGcs} from './gcs/write.ts';
import {mebibyte, smallObjectBytes} from './sizes.ts';
import {locksOf, type Store} from './store.ts';
import {storeTime} from './store-time.ts';
import {storeURI} from './uri.ts';

const usualSizes: GcsSizes = {chunkBytes: 8 * mebibyte, pageSize: 1000};

/**
A directory of a Google Cloud Storage bucket, or of a server like it. It has no batches: keys are deleted one by one, 32 at a time.
*/
export const openGcs = (opening: Opening, sizes = usualSizes): Store => {
	const bucket = connectGcs(opening, sizes);
	return {
		uri: storeURI(opening.location),
		list: (prefix, after) => listGcs(bucket, prefix, after),
		async stat(key) {
			const found = await statGcs(bucket, key);
			return found && {
				key, size: found.size, modified: found.modified, ...(found.tier !== undefined && {tier: found.tier}),
			};
		},
		read: async (key, maxBytes = smallObjectBytes) => readGcs(bucket, key, maxBytes),
		create: async (key, body) => createGcs(bucket, key, toBytes(body)),
		upload: async (key, body, size) => uploadGcs(bucket, key, body, size),
		download: async key => downloadGcs(bucket, key),
		copy: async (from, to, options = {}) => copyGcs(bucket, from, to, options),
		move: async (from, to, options = {}) => moveGcs(bucket, from, to, options),
		archiving: archivingOf.gcs,
		locks: async objects => locksOf(objects),
		delete: async (keys, options = {}) => deleteObjectsGcs(bucket, keys, options),
		hidesDeleted: () => bucket.hidden.seen,
		now: async () => storeTime(bucket, async () => statGcs(bucket, 'time')),
		async close() {
			// Its connections are the process's own.
		},
	};
};
