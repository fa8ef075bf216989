import {Buffer} from 'node:buffer';
import {type SendRequest} from './requests.ts';
import {StoreError} from './store.ts';

type Creation = {
	readonly request: SendRequest;
	readonly operation: string;
	readonly body: Uint8Array;
	/** Writes if nothing is there; false when something is. */
	readonly write: (signal: AbortSignal) => Promise<boolean>;
	/** Reads what is there, up to the length of the body. */
	readonly read: () => Promise<Uint8Array | undefined>;
};

/**
Creates an object only if absent. After a write whose answer was lost, "there is one" may speak of our own: then the bytes decide.
*/
export const createOnce = async ({request, operation, body, write, read}: Creation): Promise<boolean> => {
	let sent = 0;
	const created = await request(operation, async signal => {
		sent++;
		return write(signal);
	}, {bytes: body.length});
	if (created || sent === 1) {
		return created;
	}

	return holds(read, body);
};

const holds = async (read: Creation['read'], body: Uint8Array): Promise<boolean> => {
	try {
		const stored = await read();
		return stored !== undefined && Buffer.compare(stored, body) === 0;
	} catch (error) {
		if (error instanceof StoreError && error.code === 'TooLarge') {
			return false;
		}

		throw error;
	}
};

/**
A small body as bytes, strings in UTF-8.
*/
export const toBytes = (body: Uint8Array | string): Uint8Array => typeof body === 'string' ? Buffer.from(body) : body;
