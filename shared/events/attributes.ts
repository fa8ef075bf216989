import {EventFormatError} from './event-format-error.ts';
import {type ExtensionValue, type ReceivedEvent} from './received-event.ts';
import {isTimestamp} from './timestamp.ts';

export type Attributes = Omit<ReceivedEvent, 'data'>;

const optionalNames = ['subject', 'time', 'datacontenttype', 'dataschema'] as const;
const contextNames = new Set<string>(['id', 'source', 'type', 'specversion', ...optionalNames]);

const isUriReference = (text: string): boolean => /^[^\s<>"\{\}\|\\^`]+$/v.test(text);

const rules: Readonly<Record<string, {readonly holds: (text: string) => boolean; readonly must: string}>> = {
	source: {holds: isUriReference, must: 'be a URI reference'},
	time: {holds: isTimestamp, must: 'be an RFC 3339 time'},
	dataschema: {holds: text => isUriReference(text) && URL.canParse(text), must: 'be an absolute URI'},
};

/**
Checks the attributes of an event against CloudEvents 1.0 and sorts the extensions out. What is required must be there, what is absent stays absent, and nothing passes that the type system of the specification (§3.1) does not have.
*/
export const checkAttributes = (values: ReadonlyMap<string, unknown>): Attributes => {
	const specversion = required(values, 'specversion');
	if (specversion !== '1.0') {
		throw new EventFormatError(`specversion is ${specversion.slice(0, 20)}: only 1.0 is understood`);
	}

	const optional = optionalNames.map(name => [name, contextAttribute(values, name)] as const).filter(([, value]) => value !== undefined);
	const extensions = [...values].filter(([name]) => !contextNames.has(name)).map(([name, value]) => [name, extension(name, value)] as const);
	return {
		id: required(values, 'id'),
		source: required(values, 'source'),
		type: required(values, 'type'),
		specversion,
		...Object.fromEntries(optional),
		extensions: Object.fromEntries(extensions),
	};
};

const required = (values: ReadonlyMap<string, unknown>, name: string): string => {
	const value = contextAttribute(values, name);
	if (value === undefined) {
		throw new EventFormatError(`${name} is missing`);
	}

	return value;
};

const contextAttribute = (values: ReadonlyMap<string, unknown>, name: string): string | undefined => {
	const value = values.get(name);
	if (value === undefined) {
		return undefined;
	}

	if (typeof value !== 'string' || value === '') {
		throw new EventFormatError(`${name} must be a string that is not empty`);
	}

	checkText(name, value);
	const rule = rules[name];
	if (rule && !rule.holds(value)) {
		throw new EventFormatError(`${name} must ${rule.must}`);
	}

	return value;
};

const extension = (name: string, value: unknown): ExtensionValue => {
	if (!/^[a-z0-9]+$/v.test(name) || name === 'data') {
		throw new EventFormatError(`${name.slice(0, 40)} cannot be the name of an attribute: a to z and 0 to 9 only`);
	}

	if (typeof value === 'boolean' || (typeof value === 'number' && Int32Array.of(value)[0] === value)) {
		return value;
	}

	if (typeof value !== 'string') {
		throw new EventFormatError(`${name} must be a string, a boolean or a 32-bit integer`);
	}

	checkText(name, value);
	return value;
};

const checkText = (name: string, value: string): void => {
	if (/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/v.test(value)) {
		throw new EventFormatError(`${name} has a control character or another that text cannot have`);
	}
};
