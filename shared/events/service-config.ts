import {ConfigurationError} from '../errors.ts';

/**
What the platform tells every function in its environment.
*/
export type ServiceConfig = {
	readonly port: number;
	/** Where events are posted to, `K_SINK`; absent for a function that sends none. */
	readonly sink?: string;
	/** Extension attributes that every sent event gets, from `K_CE_OVERRIDES`. */
	readonly ceOverrides: Readonly<Record<string, string>>;
};

/**
Reads `PORT` (default 8080), `K_SINK` and `K_CE_OVERRIDES`. An empty variable is an absent one: SinkBinding sets `K_CE_OVERRIDES` to nothing when there are none.
*/
export const readServiceConfig = (environment: NodeJS.ProcessEnv): ServiceConfig => ({
	port: readPort(environment['PORT'] ?? '8080'),
	...(environment['K_SINK'] && {sink: environment['K_SINK']}),
	ceOverrides: environment['K_CE_OVERRIDES'] ? readOverrides(environment['K_CE_OVERRIDES']) : {},
});

const readPort = (text: string): number => {
	const port = Number(text);
	if (!/^\d+$/v.test(text) || port > 65_535) {
		throw new ConfigurationError(`PORT is ${text}: it must be a port number, or 0 for any that is free`);
	}

	return port;
};

const contextAttributes = new Set(['id', 'source', 'type', 'specversion', 'subject', 'time', 'datacontenttype', 'dataschema', 'data']);

const readOverrides = (text: string): Record<string, string> => {
	const overrides = Object.entries(parseExtensions(text));
	for (const [name, value] of overrides) {
		if (!/^[a-z0-9]+$/v.test(name) || contextAttributes.has(name) || typeof value !== 'string') {
			throw new ConfigurationError(`K_CE_OVERRIDES cannot set ${name}: extension attributes only, named a to z and 0 to 9, with text as value`);
		}
	}

	return Object.fromEntries(overrides) as Record<string, string>;
};

const parseExtensions = (text: string): Record<string, unknown> => {
	try {
		const {extensions} = JSON.parse(text) as {extensions?: Record<string, unknown> | undefined};
		return extensions ?? {};
	} catch (error) {
		throw new ConfigurationError('K_CE_OVERRIDES is not JSON: it must read {"extensions": {"name": "value"}}', 'Invalid', {cause: error});
	}
};
