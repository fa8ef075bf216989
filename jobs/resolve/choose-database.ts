import {ConfigurationError} from '#shared/errors.ts';

/**
Which of the databases that a folder holds is restored: the one of the wanted name, else the only one there is (decision D46). `system` is no other database's data.
*/
export const chooseDatabase = (known: readonly string[], wanted: string, uri: string): {readonly database: string; readonly note?: string} => {
	const name = wanted.toLowerCase();
	if (known.includes(name)) {
		return {database: name};
	}

	const others = known.filter(database => database !== 'system');
	const [only] = others;
	if (only !== undefined && others.length === 1) {
		return {database: only, note: `${uri} holds backups of ${only} alone: that is restored as ${name}`};
	}

	throw new ConfigurationError(others.length === 0
		? `${uri} holds no backup of ${name}${known.length > 0 ? `, only of ${known.join(', ')}` : ''}`
		: `${uri} holds no backup of ${name}; it holds backups of ${known.join(', ')}. Write one of these as databaseName, or name a file in source.backupPath, which may be restored under another name`, 'DatabaseUnknown');
};

/**
Refuses a file that holds `system`, whatever it is to be called.
*/
export const refuseSystem = (name: string, database: string | undefined): void => {
	if (database === 'system') {
		throw new ConfigurationError(`${name} holds the database system, which cannot be restored as another one: name a backup of a database in source.backupPath`, 'SystemDatabase');
	}
};
