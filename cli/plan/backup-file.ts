import {parseAllDocuments} from 'yaml';
import {ConfigurationError} from '#shared/errors.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/**
The one Neo4jBackup of a YAML or JSON text. Throws a ConfigurationError that names the file.
*/
export const backupFromFile = (file: string, text: string): Neo4jBackup => {
	const documents = parseAllDocuments(text);
	const [error] = documents.flatMap(document => document.errors);
	if (error) {
		throw new ConfigurationError(`${file}: it is no YAML: ${error.message}`);
	}

	const backups = documents.map(document => document.toJS() as Partial<Neo4jBackup> | undefined).filter(object => object?.kind === 'Neo4jBackup');
	const [backup] = backups;
	if (!backup?.spec?.storage || backups.length > 1) {
		throw new ConfigurationError(`${file}: it must hold exactly one Neo4jBackup with a spec; it holds ${backups.length}`);
	}

	return backup as Neo4jBackup;
};
