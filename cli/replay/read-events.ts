import {ConfigurationError} from '#shared/errors.ts';

/** A CloudEvent in structured mode, as it stands in a file. */
export type StoredEvent = Readonly<Record<string, unknown>> & {readonly id: string; readonly source: string; readonly type: string};

const required = ['specversion', 'id', 'source', 'type'] as const;

/**
The events of a text: one CloudEvent, a list of them, or one a line, where a line can also be one that dead-letter logged. Other lines of a log are left out. Anything else is an error, so that a file is posted as a whole or not at all.
*/
export const readEvents = (text: string, file: string): readonly StoredEvent[] => {
	const whole = parse(text);
	const documents = whole === undefined
		? text.split('\n').map((line, index) => ({line, place: `${file}, line ${index + 1}`})).filter(({line}) => line.trim() !== '').map(({line, place}) => ({value: parse(line), place}))
		: (Array.isArray(whole) ? whole as unknown[] : [whole]).map((value, index) => ({value, place: `${file}, event ${index + 1}`}));
	const events = documents.flatMap(({value, place}) => eventOf(value, place));
	if (events.length === 0) {
		throw new ConfigurationError(`${file} holds no event: it must hold CloudEvents as JSON, or what dead-letter logged`);
	}

	return events;
};

const parse = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

const eventOf = (value: unknown, place: string): readonly StoredEvent[] => {
	if (typeof value !== 'object' || value === null) {
		throw new ConfigurationError(`${place} is no JSON object: each line must hold one event`);
	}

	const fields = value as Readonly<Record<string, unknown>>;
	const event = (fields['deadLetter'] ?? fields) as Readonly<Record<string, unknown>>;
	if (event === fields && 'level' in fields && !('specversion' in fields)) {
		return [];
	}

	const missing = required.filter(name => typeof event[name] !== 'string' || event[name] === '');
	if (missing.length > 0) {
		throw new ConfigurationError(`${place} is no CloudEvent: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`);
	}

	return [event as StoredEvent];
};
