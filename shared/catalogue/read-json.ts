import {CatalogueError} from './catalogue-error.ts';

/**
An object of a catalogue file whose fields are read one by one, each with its type proven. Every failure is a `CatalogueError` that names the file and the field.
*/
export type Fields = {
	readonly text: (field: string, pattern?: RegExp) => string;
	readonly optionalText: (field: string) => string | undefined;
	readonly oneOf: <T extends string>(field: string, values: readonly T[]) => T;
	readonly flag: (field: string) => boolean;
	readonly optionalFlag: (field: string) => boolean | undefined;
	/** A whole number of at least 0. */
	readonly count: (field: string) => number;
	readonly instant: (field: string) => string;
	readonly optionalInstant: (field: string) => string | undefined;
	readonly texts: (field: string) => readonly string[];
	readonly optionalTexts: (field: string) => readonly string[] | undefined;
	readonly object: (field: string) => Fields;
	readonly optionalObject: (field: string) => Fields | undefined;
	readonly objects: (field: string) => readonly Fields[];
	readonly fail: (problem: string) => never;
};

const remedy = 'Nothing is deleted while it is like this: restore the file from a copy, or move it away and let the next run rebuild the catalogue with "backup inspect"';

/**
The fields of a catalogue file of version 1, or of one of the versions up to `newest`. A file that is cut off, is not JSON, or has another version is refused; a newer version says that the installation must be updated.
*/
export const readFields = (key: string, body: Uint8Array | string, newest = 1): Fields => {
	const fields = fieldsOf(key, '', parseObject(key, body));
	const version = fields.count('version');
	if (version > newest) {
		throw new CatalogueError(key, `it has version ${version}, this installation knows version ${newest}`, 'Update the installation; nothing is deleted until then');
	}

	return version >= 1 ? fields : fields.fail('has no version of 1');
};

const parseObject = (key: string, body: Uint8Array | string): unknown => {
	try {
		return JSON.parse(typeof body === 'string' ? body : new TextDecoder('utf-8', {fatal: true}).decode(body));
	} catch (error) {
		throw new CatalogueError(key, 'it is cut off or not JSON', remedy, {cause: error});
	}
};

const fieldsOf = (key: string, path: string, value: unknown): Fields => {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new CatalogueError(key, `${path || 'the content'} is not an object`, remedy);
	}

	const record = value as Readonly<Record<string, unknown>>;
	const at = (field: string) => path ? `${path}.${field}` : field;
	const fail = (problem: string): never => {
		throw new CatalogueError(key, `${path ? `${path} ` : 'it '}${problem}`, remedy);
	};

	const take = <T>(field: string, isType: (candidate: unknown) => candidate is T, expected: string): T => {
		const candidate = record[field];
		return isType(candidate) ? candidate : fail(`has no field ${field} that is ${expected}`);
	};

	const texts = (field: string) => {
		const values = list(field);
		return values.every(candidate => isText(candidate)) ? values : fail(`has something else than text in ${field}`);
	};

	const list = (field: string) => take(field, (candidate): candidate is readonly unknown[] => Array.isArray(candidate), 'a list');
	return {
		fail,
		text(field, pattern = /^.+$/sv) {
			return take(field, (candidate): candidate is string => typeof candidate === 'string' && pattern.test(candidate), `text like ${pattern.source}`);
		},
		optionalText: field => record[field] === undefined ? undefined : take(field, isText, 'text'),
		oneOf: <T extends string>(field: string, values: readonly T[]) =>
			take(field, (candidate): candidate is T => values.includes(candidate as T), `one of ${values.join(', ')}`),
		optionalFlag: field => record[field] === undefined ? undefined : take(field, candidate => typeof candidate === 'boolean', 'true or false'),
		flag: field => take(field, candidate => typeof candidate === 'boolean', 'true or false'),
		count: field => take(field, (candidate): candidate is number => Number.isSafeInteger(candidate) && (candidate as number) >= 0, 'a whole number'),
		instant: field => take(field, isInstantText, 'an RFC 3339 instant in UTC'),
		optionalInstant: field => record[field] === undefined ? undefined : take(field, isInstantText, 'an RFC 3339 instant in UTC'),
		texts,
		optionalTexts: field => record[field] === undefined ? undefined : texts(field),
		object: field => fieldsOf(key, at(field), record[field]),
		optionalObject: field => record[field] === undefined ? undefined : fieldsOf(key, at(field), record[field]),
		objects: field => list(field).map((candidate, index) => fieldsOf(key, `${at(field)}[${index}]`, candidate)),
	};
};

const isText = (value: unknown): value is string => typeof value === 'string';

const isInstantText = (value: unknown): value is string => isText(value) && isInstant(value);

const isInstant = (text: string): boolean => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/v.test(text) && !Number.isNaN(Date.parse(text));
