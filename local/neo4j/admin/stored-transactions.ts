import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import {buffer} from 'node:stream/consumers';
import {promisify} from 'node:util';
import {gunzip as gunzipCallback} from 'node:zlib';
import {CommandError} from './command-error.ts';
import {type Place} from './place.ts';
import {type Artifact} from './read-artifacts.ts';

const gunzip = promisify(gunzipCallback);

/**
One transaction as it lies in an artifact: its line and its data.
*/
export type StoredTransaction = {readonly id: number; readonly bytes: Uint8Array};

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

const splitTransactions = (bytesOfAll: Uint8Array, {lowestTx, highestTx, full}: Artifact): readonly StoredTransaction[] | string => {
	const payload = Buffer.from(bytesOfAll);
	const transactions: StoredTransaction[] = [];
	for (let at = 0; at < payload.length;) {
		const data = payload.indexOf('\n', at) + 1;
		const {id, bytes, sha256} = JSON.parse(payload.toString('utf8', at, data)) as {id: number; bytes: number; sha256: string};
		const content = payload.subarray(data, data + bytes);
		if (content.length !== bytes || createHash('sha256').update(content).digest('hex') !== sha256) {
			return `Record of transaction ${id} does not match its checksum.`;
		}

		transactions.push({id, bytes: payload.subarray(at, data + bytes)});
		at = data + bytes;
	}

	const isWhole = transactions.every(({id}, index) => id === (transactions[0]?.id ?? 0) + index) && (transactions.at(-1)?.id ?? 0) === highestTx;
	return isWhole || (!full && lowestTx === 0) ? transactions : `The transactions end with ${transactions.at(-1)?.id ?? 'nothing'} and should end with ${highestTx}.`;
};
