import {archiveKey} from '#shared/catalogue/keys.ts';
import {parseEncryptedName} from '#shared/encryption/algorithm.ts';
import {type Selection} from '#shared/restore/select-point.ts';
import {type Archiving} from '#shared/stores/archiving.ts';

export type PlannedFile = {
	/** Where it lies in the store. */
	readonly key: string;
	/** What it is called in the folder. */
	readonly name: string;
	/** Bytes in the store. */
	readonly size: number;
	/** Whether it is decrypted on the way. */
	readonly isDecrypted: boolean;
};

type Planning = {readonly archiving: Archiving; readonly keepsEncrypted: boolean};

/**
The objects that a selection takes, the FULL first, and what each is called in the folder: the name that neo4j-admin gave it, unless it stays encrypted.
*/
export const planFiles = ({members}: Selection, {archiving, keepsEncrypted}: Planning): readonly PlannedFile[] => members.map(({name, state, size}) => {
	const encrypted = keepsEncrypted ? undefined : parseEncryptedName(name);
	return {
		key: state === 'archived' ? archiveKey(archiving, name) : name, name: encrypted?.plainName ?? name, size, isDecrypted: encrypted !== undefined,
	};
});
