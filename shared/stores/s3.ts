import {archivingOf} from './archiving.ts';
import {toBytes} from './create-once.ts';
import {type Opening} from './driver.ts';
import {connectS3, type S3Sizes} from './s3/bucket.ts';
import {copyS3} from './s3/copy.ts';
import {deleteS3} from './s3/delete.ts';
import {listS3} from './s3/list.ts';
import {locksS3} from './s3/locks.ts';
import {moveS3} from './s3/move.ts';
import {downloadS3, readS3, statS3} from './s3/read.ts';
import {createS3, uploadS3} from './s3/write.ts';
import {mebibyte, smallObjectBytes} from './sizes.ts';
import {type Store} from './store.ts';
import {storeTime} from './store-time.ts';
import {storeURI} from './uri.ts';

const amazonSizes: S3Sizes = {
	pageSize: 1000, partBytes: 8 * mebibyte, wholeCopyBytes: 5 * 1024 * mebibyte, copyPartBytes: 512 * mebibyte,
};

/**
A directory of an S3 bucket, Amazon's or a compatible server's.
*/
export const openS3 = (opening: Opening, sizes = amazonSizes): Store => {
	const bucket = connectS3(opening, sizes);
	return {
		uri: storeURI(opening.location),
		list: (prefix, after) => listS3(bucket, prefix, after),
		async stat(key) {
			const found = await statS3(bucket, key);
			return found && {
				key, size: found.size, modified: found.modified, ...(found.tier !== undefined && {tier: found.tier}),
			};
		},
		read: async (key, maxBytes = smallObjectBytes) => readS3(bucket, key, maxBytes),
		create: async (key, body) => createS3(bucket, key, toBytes(body)),
		upload: async (key, body, size) => uploadS3(bucket, key, body, size),
		download: async key => downloadS3(bucket, key),
		copy: async (from, to, options = {}) => copyS3(bucket, from, to, options),
		move: async (from, to, options = {}) => moveS3(bucket, from, to, options),
		archiving: archivingOf.s3,
		locks: async objects => locksS3(bucket, objects),
		delete: async (keys, options = {}) => deleteS3(bucket, keys, options),
		hidesDeleted: () => bucket.markers.seen,
		now: async () => storeTime(bucket, async () => statS3(bucket, 'time')),
		async close() {
			bucket.client.destroy();
		},
	};
};
