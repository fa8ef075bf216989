import {Buffer} from 'node:buffer';
import {createCipheriv, createHash} from 'node:crypto';

/**
One committed transaction of the stand-in. A store is nothing but its transactions in order: a full backup holds all of them, a differential the newer ones. `seed` decides the bytes, so that nothing needs to be kept in memory.
*/
export type Transaction = {
	readonly id: number;
	/** RFC3339 UTC. */
	readonly time: string;
	/** Length of its data in bytes. */
	readonly bytes: number;
	readonly seed: string;
	/** Label of the node that it made, when it was a statement that made one. */
	readonly label?: string;
};

/**
The data of a transaction: random to the eye and to gzip, and the same for ever.
*/
const transactionData = ({seed, id, bytes}: Transaction): Uint8Array => {
	const key = createHash('sha256').update(`${seed}:${id}`).digest().subarray(0, 16);
	return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
};

/**
Transactions as a stream: per transaction one line of JSON (`id`, `time`, `bytes`, `seed`, `sha256`), then its data. This is also the payload of an artifact, and what lies on the disk of a server.
*/
export const encodeTransactions = function * (transactions: readonly Transaction[]): Generator<Uint8Array> {
	for (const transaction of transactions) {
		const data = transactionData(transaction);
		const sha256 = createHash('sha256').update(data).digest('hex');
		yield Buffer.from(`${JSON.stringify({...transaction, sha256})}\n`);
		yield data;
	}
};

/**
A transaction whose data are not what they were.
*/
export class DamagedTransactionError extends Error {
	override readonly name = 'DamagedTransactionError';
}

/**
Reads transactions back, each with its bytes as they were stored. One that is cut off or altered is a `DamagedTransactionError`.
*/
export const decodeTransactions = function * (stored: Uint8Array): Generator<{readonly transaction: Transaction; readonly bytes: Uint8Array}> {
	const all = Buffer.from(stored.buffer, stored.byteOffset, stored.length);
	for (let at = 0; at < all.length;) {
		const data = all.indexOf('\n', at) + 1;
		const {sha256, ...transaction} = JSON.parse(all.toString('utf8', at, data)) as Transaction & {readonly sha256: string};
		const end = data + transaction.bytes;
		if (end > all.length || createHash('sha256').update(all.subarray(data, end)).digest('hex') !== sha256) {
			throw new DamagedTransactionError(`Record of transaction ${transaction.id} does not match its checksum.`);
		}

		yield {transaction, bytes: all.subarray(at, end)};
		at = end;
	}
};
