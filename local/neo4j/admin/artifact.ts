import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';

/**
What the header of an artifact says. `lowestTx` and `highestTx` are 0 in an empty differential.
*/
export type Header = {
	readonly database: string;
	readonly databaseID: string;
	/** RFC3339 UTC, whole seconds. */
	readonly time: string;
	readonly full: boolean;
	readonly compressed: boolean;
	readonly lowestTx: number;
	readonly highestTx: number;
	readonly recovered: boolean;
	readonly neo4jVersion: string;
	/** Value of `--include-metadata`. */
	readonly metadata: string;
	/** Length and SHA-256 of what follows the header. */
	readonly payloadBytes: number;
	readonly payloadSha256: string;
	/** What only a consistency check of the store can see. */
	readonly inconsistent?: boolean;
};

const magic = 'STAND-IN for a Neo4j backup artifact, version 1';

/** No header is longer. */
export const headerLimit = 16 * 1024;

/**
A file that is no artifact of ours, or a broken one.
*/
export class DamagedArtifactError extends Error {
	override readonly name = 'DamagedArtifactError';
}

/**
Two lines: the magic words with a SHA-256 of the second, and the header as JSON. The payload follows.
*/
export const encodeHeader = (header: Header): Uint8Array => {
	const json = JSON.stringify(header);
	return Buffer.from(`${magic}; header ${sha256(json)}\n${json}\n`);
};

/**
Reads the header from the first bytes of a file of `size` bytes. Throws `DamagedArtifactError` when it is broken or the file has another length than its header says; undefined when the file is something else.
*/
export const decodeHeader = (start: Uint8Array, size: number): {readonly header: Header; readonly headerBytes: number} | undefined => {
	const [first = '', json = ''] = Buffer.from(start).toString('utf8').split('\n', 2);
	if (!first.startsWith(magic)) {
		return undefined;
	}

	if (first !== `${magic}; header ${sha256(json)}`) {
		throw new DamagedArtifactError('The header is damaged.');
	}

	const header = JSON.parse(json) as Header;
	const headerBytes = encodeHeader(header).length;
	if (size !== headerBytes + header.payloadBytes) {
		throw new DamagedArtifactError(`The artifact has ${size} bytes and should have ${headerBytes + header.payloadBytes}.`);
	}

	return {header, headerBytes};
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
`<database>-YYYY-MM-DDTHH-mm-ss.backup`, in the local time of the machine (`TZ`), as neo4j-admin does.
*/
export const artifactName = (database: string, time: Date): string => {
	const date = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(part => String(part).padStart(2, '0')).join('-');
	const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(part => String(part).padStart(2, '0')).join('-');
	return `${database}-${date}T${clock}.backup`;
};
