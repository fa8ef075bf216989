import {parseAllDocuments} from 'yaml';
import {checkSpec} from './check-spec.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/**
The one Neo4jBackup of a YAML or JSON text. Throws a ConfigurationError that names the file, or the field.
*/
export const backupFromFile = (file: string, text: string): Neo4jBackup => {
	const documents = parseAllDocuments(text);
	const [error] = documents.flatMap(document => document.errors);
	if (error) {
		throw new ConfigurationError(`-f: ${file} is no YAML: ${error.message}`);
	}

	const objects = documents.map(document => document.toJS() as Partial<Neo4jBackup> | undefined).filter(Boolean);
	const backups = objects.filter(object => object?.kind === 'Neo4jBackup');
	const [backup] = backups;
	if (!backup || backups.length > 1) {
		throw new ConfigurationError(`-f: ${file} must hold exactly one Neo4jBackup; it holds ${kindsOf(objects)}`);
	}

	if (!backup.spec) {
		throw new ConfigurationError(`spec: the Neo4jBackup of ${file} has none`);
	}

	checkSpec(backup.spec);
	return backup as Neo4jBackup;
};

const kindsOf = (objects: ReadonlyArray<Partial<Neo4jBackup> | undefined>): string => {
	const counts = Map.groupBy(objects, object => String(object?.kind ?? 'an object without a kind'));
	return [...counts].map(([kind, {length}]) => length === 1 ? kind : `${length} × ${kind}`).join(', ') || 'nothing';
};
