import {CatalogueError} from './catalogue-error.ts';
import {sharedTexts} from './same-text.ts';

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
	const fields = new ReadFields(key, parseObject(key, body));
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

/** Where an object is, by its field of the object around it. The whole path is put together only when something is wrong, because with very many nothing is. */
type Around = {readonly fields: ReadFields; readonly field: string; readonly index: number | undefined};

class ReadFields implements Fields {
	readonly #key: string;
	readonly #around: Around | undefined;
	readonly #record: Readonly<Record<string, unknown>>;

	constructor(key: string, value: unknown, around?: Around) {
		this.#key = key;
		this.#around = around;
		this.#record = value as Readonly<Record<string, unknown>>;
		if (typeof value !== 'object' || value === null || Array.isArray(value)) {
			throw new CatalogueError(key, `${this.#path() || 'the content'} is not an object`, remedy);
		}
	}

	fail(problem: string): never {
		throw new CatalogueError(this.#key, `${this.#path() || 'it'} ${problem}`, remedy);
	}

	text(field: string, pattern?: RegExp): string {
		const candidate = this.#record[field];
		if (typeof candidate !== 'string' || candidate === '' || (pattern && !pattern.test(candidate))) {
			return this.fail(`has no field ${field} that is text like ${(pattern ?? /^.+$/sv).source}`);
		}

		return candidate;
	}

	optionalText(field: string): string | undefined {
		return this.#record[field] === undefined ? undefined : this.#take(field, isText, 'text');
	}

	oneOf<T extends string>(field: string, values: readonly T[]): T {
		const candidate = this.#record[field];
		return values.find(value => value === candidate) ?? this.fail(`has no field ${field} that is one of ${values.join(', ')}`);
	}

	flag(field: string): boolean {
		return this.#take(field, isFlag, 'true or false');
	}

	optionalFlag(field: string): boolean | undefined {
		return this.#record[field] === undefined ? undefined : this.flag(field);
	}

	count(field: string): number {
		return this.#take(field, isCount, 'a whole number');
	}

	instant(field: string): string {
		return instants.same(this.#take(field, isInstantText, 'an RFC 3339 instant in UTC'));
	}

	optionalInstant(field: string): string | undefined {
		return this.#record[field] === undefined ? undefined : this.instant(field);
	}

	texts(field: string): readonly string[] {
		const values = this.#list(field);
		return values.every(candidate => isText(candidate)) ? values : this.fail(`has something else than text in ${field}`);
	}

	optionalTexts(field: string): readonly string[] | undefined {
		return this.#record[field] === undefined ? undefined : this.texts(field);
	}

	object(field: string): Fields {
		return this.#inside(field, this.#record[field]);
	}

	optionalObject(field: string): Fields | undefined {
		return this.#record[field] === undefined ? undefined : this.object(field);
	}

	objects(field: string): readonly Fields[] {
		return this.#list(field).map((candidate, index) => this.#inside(field, candidate, index));
	}

	#list(field: string): readonly unknown[] {
		return this.#take(field, isList, 'a list');
	}

	#take<T>(field: string, isType: (candidate: unknown) => candidate is T, expected: string): T {
		const candidate = this.#record[field];
		return isType(candidate) ? candidate : this.fail(`has no field ${field} that is ${expected}`);
	}

	#inside(field: string, value: unknown, index?: number): Fields {
		return new ReadFields(this.#key, value, {fields: this, field, index});
	}

	#path(): string {
		if (!this.#around) {
			return '';
		}

		const {fields, field, index} = this.#around;
		const outer = fields.#path();
		return `${outer ? `${outer}.` : ''}${field}${index === undefined ? '' : `[${index}]`}`;
	}
}

const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string';

const isInstantText = (value: unknown): value is string => isText(value) && (instants.has(value) || isInstant(value));

const isInstant = (text: string): boolean => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/v.test(text) && !Number.isNaN(Date.parse(text));

/** Instants that were read: those of one run are said of each of its artifacts, and are proven and held once. */
const instants = sharedTexts(4096);
