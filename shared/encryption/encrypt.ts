import {Readable} from 'node:stream';
import {ageSealing} from './age.ts';
import {messageSealing} from './aws-esdk.ts';
import {type EncryptionKey} from './key.ts';

export type Encrypted = {readonly body: Readable; /** Bytes that `body` will have. */ readonly size: number};

/**
Encrypts one artifact while it is read, in bounded memory. The size is known before, as uploads need it.
*/
export const encrypt = async (key: EncryptionKey, {name, size, source}: {readonly name: string; readonly size: number; readonly source: Readable}): Promise<Encrypted> => {
	const sealing = key.algorithm === 'AES256' ? await messageSealing(key.bytes, name) : await ageSealing(key.recipients);
	return {body: Readable.from(sealing.seal(source), {objectMode: false}), size: sealing.size(size)};
};
