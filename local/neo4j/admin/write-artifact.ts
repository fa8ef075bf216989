import {createReadStream} from 'node:fs';
import {open, truncate} from 'node:fs/promises';
import {Readable} from 'node:stream';
import {artifactName, encodeHeader, type Header} from './artifact.ts';
import {type Faults} from './faults.ts';
import {type Place} from './place.ts';
import {type Payload} from './stage-payload.ts';

/**
A header without what is known only when the artifact is written.
*/
export type Draft = Omit<Header, 'time' | 'payloadBytes' | 'payloadSha256'>;

type How = {readonly now: Date; readonly faults: Faults};

/**
Writes a staged payload as a new artifact and answers its name. Nothing is ever overwritten: when this second's name is taken, the next free second is used, in the header too.
*/
export const writeArtifact = async (place: Place, draft: Draft, payload: Payload, {now, faults}: How): Promise<string> => {
	const files = await place.list();
	const taken = new Set(files.map(({name}) => name));
	const lost = await spoil(payload, draft.database, faults);
	for (let time = Math.floor(now.getTime() / 1000) * 1000; ; time += 1000) {
		const name = artifactName(draft.database, new Date(time));
		const header = encodeHeader({
			...draft, time: new Date(time).toISOString().replace('.000Z', 'Z'), payloadBytes: payload.bytes, payloadSha256: payload.sha256,
		});
		const size = header.length + payload.bytes - lost;
		const isWritten = faults.uploadSwallowed === true || (!taken.has(name) && await place.create({name, size}, () => Readable.from(concatenate(header, payload.path))));
		if (isWritten) {
			return name;
		}
	}
};

const concatenate = async function * (header: Uint8Array, path: string): AsyncGenerator<Uint8Array> {
	yield header;
	yield * createReadStream(path) as AsyncIterable<Uint8Array>;
};

/**
Breaks the staged payload as told. Answers how many bytes it lost.
*/
const spoil = async ({path, bytes}: Payload, database: string, faults: Faults): Promise<number> => {
	if (faults.truncate?.includes(database) === true) {
		const kept = Math.floor(bytes / 2);
		await truncate(path, kept);
		return bytes - kept;
	}

	if (faults.damage?.includes(database) === true && bytes > 0) {
		await using file = await open(path, 'r+');
		const {buffer} = await file.read(new Uint8Array(1), 0, 1, bytes - 1);
		await file.write(buffer.map(byte => 255 - byte), 0, 1, bytes - 1);
	}

	return 0;
};
