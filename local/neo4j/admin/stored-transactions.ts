import {buffer} from 'node:stream/consumers';
import {promisify} from 'node:util';
import {gunzip as gunzipCallback} from 'node:zlib';
import {decodeTransactions, DamagedTransactionError} from '../transactions.ts';
import {CommandError} from './command-error.ts';
import {type Place} from './place.ts';
import {type Artifact} from './read-artifacts.ts';

const gunzip = promisify(gunzipCallback);

/**
One transaction as it lies in an artifact: its line and its data.
*/
export type StoredTransaction = {readonly id: number; readonly time: string; readonly bytes: Uint8Array};

/**
What an artifact holds, whole in memory, in the order of transactions. A content that is altered or not in order is told instead, as a sentence; one that cannot be unpacked ends the command.
*/
export const readTransactions = async (place: Place, artifact: Artifact): Promise<readonly StoredTransaction[] | string> => {
	const body = await place.open(artifact.file);
	const whole = await buffer(body);
	const payload = whole.subarray(artifact.headerBytes);
	return splitTransactions(artifact.compressed ? await unpack(payload, artifact) : payload, artifact);
};

/**
The transactions of a chain. Recovery applies each once, also where the first differential overlaps its full backup. Content that is altered ends the command, which says what it failed to do.
*/
export const readChain = async (place: Place, chain: readonly Artifact[], work: string): Promise<readonly StoredTransaction[]> => {
	const applied: StoredTransaction[] = [];
	for (const member of chain) {
		const content = await readTransactions(place, member);
		if (typeof content === 'string') {
			throw new CommandError(`Failed to ${work} database '${member.database}': ${content}`);
		}

		applied.push(...content.filter(({id}) => id > (applied.at(-1)?.id ?? 0)));
	}

	return applied;
};

const unpack = async (payload: Uint8Array, {file}: Artifact): Promise<Uint8Array> => {
	try {
		return await gunzip(payload);
	} catch (error) {
		throw new CommandError(`java.io.IOException: Failed to extract '${file}': ${(error as Error).message}`, 1, {cause: error});
	}
};

const splitTransactions = (payload: Uint8Array, {lowestTx, highestTx, full}: Artifact): readonly StoredTransaction[] | string => {
	const transactions: StoredTransaction[] = [];
	try {
		for (const {transaction: {id, time}, bytes} of decodeTransactions(payload)) {
			transactions.push({id, time, bytes});
		}
	} catch (error) {
		if (error instanceof DamagedTransactionError) {
			return error.message;
		}

		throw error;
	}

	const isWhole = transactions.every(({id}, index) => id === (transactions[0]?.id ?? 0) + index) && (transactions.at(-1)?.id ?? 0) === highestTx;
	return isWhole || (!full && lowestTx === 0) ? transactions : `The transactions end with ${transactions.at(-1)?.id ?? 'nothing'} and should end with ${highestTx}.`;
};
