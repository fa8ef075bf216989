import {createOnce} from '../create-once.ts';
import {moveInSteps} from '../move.ts';
import {StoreError, type CopyOptions} from '../store.ts';
import {type GcsBucket} from './bucket.ts';
import {
	deleteGcs, readGcs, statGcs, type GcsObject, type ObjectResource,
} from './read.ts';
import {generationsOf} from './versions.ts';

/**
Creates an object if none of that key is there; false when there is one.
*/
export const createGcs = async (bucket: GcsBucket, key: string, body: Uint8Array): Promise<boolean> => createOnce({
	request: bucket.request,
	operation: `Creating ${bucket.whole(key)}`,
	body,
	write: async () => insertIfAbsent(bucket, key, body),
	read: async () => readGcs(bucket, key, body.length),
});

/**
Copies an object within the bucket, in as many steps as the server asks for, and checks the size of the copy.
*/
export const copyGcs = async (bucket: GcsBucket, from: string, to: string, {tier}: CopyOptions): Promise<void> => {
	const operation = `Copying ${bucket.whole(from)} to ${bucket.whole(to)}`;
	const source = await statGcs(bucket, from);
	if (source === undefined) {
		throw new StoreError('ObjectNotFound', `${operation} in ${bucket.name} failed: there is nothing to copy.`);
	}

	const copy = await rewrite(bucket, operation, source, {to, ...(tier !== undefined && {tier})});
	if (Number(copy.size) !== source.size) {
		throw new StoreError('DoubtfulAnswer', `${operation} in ${bucket.name} failed: the copy has ${copy.size ?? 'no'} bytes, the original ${source.size}.`);
	}
};

// Google keeps the condition; of the servers like it some ignore it.
const insertIfAbsent = async (bucket: GcsBucket, key: string, body: Uint8Array): Promise<boolean> => {
	if (bucket.compatible && await statGcs(bucket, key, 1) !== undefined) {
		return false;
	}

	const answer = await bucket.call(`Creating ${bucket.whole(key)}`, {
		method: 'POST',
		address: bucket.uploads,
		parameters: {uploadType: 'media', name: bucket.whole(key), ifGenerationMatch: '0'},
		data: body,
		expected: [412],
	}, {bytes: body.length, attempts: 1});
	return answer.status !== 412;
};

/**
Moves an object within the bucket, or changes the storage class of one where it lies; the generation that was copied goes, so that a versioned bucket does not keep it twice.
*/
export const moveGcs = async (bucket: GcsBucket, from: string, to: string, {tier}: CopyOptions): Promise<void> => {
	const source = await statGcs(bucket, from);
	if (from === to) {
		if (source?.tier !== tier) {
			await copyGcs(bucket, from, to, tier === undefined ? {} : {tier});
			await removeReplaced(bucket, from, source?.generation);
		}

		return;
	}

	await moveInSteps({
		name: `Moving ${bucket.whole(from)} to ${bucket.whole(to)} in ${bucket.name}`,
		source,
		target: await statGcs(bucket, to),
		copy: async () => copyGcs(bucket, from, to, tier === undefined ? {} : {tier}),
		remove: async () => deleteGcs(bucket, from, source?.generation),
	});
};

// In a versioned bucket the object of the old class stays behind the new one. Only what is seen to be there beside another is deleted: a server that ignores generations would delete the only one.
const removeReplaced = async (bucket: GcsBucket, key: string, replaced: string | undefined): Promise<void> => {
	const generations = await generationsOf(bucket, key);
	if (replaced !== undefined && generations.length > 1 && generations.includes(replaced)) {
		await deleteGcs(bucket, key, replaced);
	}
};

type Rewrite = {readonly done?: boolean; readonly rewriteToken?: string; readonly resource?: ObjectResource};

// By hand, because the client's own copy forgets the storage class after the first step.
const rewrite = async (bucket: GcsBucket, operation: string, source: GcsObject, {to, tier}: CopyOptions & {readonly to: string}): Promise<ObjectResource> => {
	const address = `${bucket.objectAddress(source.key)}/rewriteTo/${bucket.objectAddress(to).replace('storage/v1/', '')}`;
	let token: string | undefined;
	for (;;) {
		const {data} = await bucket.call<Rewrite>(operation, {
			method: 'POST',
			address,
			parameters: {...(source.generation !== undefined && {sourceGeneration: source.generation}), ...(token !== undefined && {rewriteToken: token})},
			data: tier === undefined ? {} : {storageClass: tier},
		}, {bytes: source.size});
		if (data.done === true || data.rewriteToken === undefined) {
			return data.resource ?? {};
		}

		token = data.rewriteToken;
	}
};
