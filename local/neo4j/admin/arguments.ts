import {badArguments} from './command-error.ts';
import {type CommandLine, type Option, optionsOf} from './option.ts';
import {type Version} from './version.ts';

/**
Arguments after parsing. Booleans are `true` or `false`; lists are split; an option not given is absent.
*/
export type Arguments = {
	readonly options: ReadonlyMap<string, readonly string[]>;
	readonly positionals: readonly string[];
};

/**
Parses as picocli does, with its texts; any fault is exit 64. An option that this version lacks is unknown.
*/
export const parseArguments = (command: CommandLine, argv: readonly string[], version: Version): Arguments => {
	const known = new Map(optionsOf(command, version).map(option => [option.name, option]));
	const options = new Map<string, readonly string[]>();
	const positionals: string[] = [];
	const unknown: string[] = [];
	const rest = [...argv];
	for (let token = rest.shift(); token !== undefined; token = rest.shift()) {
		if (token === '--') {
			positionals.push(...rest.splice(0));
			break;
		}

		const {name, attached} = splitToken(token);
		const option = known.get(name);
		if (option !== undefined) {
			refuseTwice(option, options);
			options.set(name, [...options.get(name) ?? [], ...valuesOf(option, {attached, rest, version})]);
		} else if (token.startsWith('-')) {
			unknown.push(token);
		} else {
			positionals.push(token);
		}
	}

	refuse(command, {unknown, positionals});
	return {options, positionals};
};

const splitToken = (token: string): {readonly name: string; readonly attached?: string} => {
	const at = token.indexOf('=');
	return at === -1 ? {name: token} : {name: token.slice(0, at), attached: token.slice(at + 1)};
};

const refuseTwice = ({name, kind, label}: Option, options: ReadonlyMap<string, unknown>): void => {
	if (kind !== 'list' && options.has(name)) {
		throw badArguments(`option '${name}'${label === undefined ? '' : ` (${label})`} should be specified only once`);
	}
};

type Values = {readonly attached: string | undefined; readonly rest: string[]; readonly version: Version};

const valuesOf = (option: Option, {attached, rest, version}: Values): readonly string[] => {
	switch (option.kind) {
		case 'switch': {
			return [toBoolean(option, attached ?? 'true')];
		}

		case 'boolean': {
			return [toBoolean(option, attached ?? takeBoolean(rest))];
		}

		case 'text': {
			return [toText(option, attached ?? take(option, rest), version)];
		}

		case 'list': {
			const first = attached ?? take(option, rest);
			return [first, ...takeGreedily(rest)].flatMap(value => value.split(','));
		}
	}
};

const take = ({name, label = ''}: Option, rest: string[]): string => {
	const next = rest[0];
	if (next === undefined || next.startsWith('-')) {
		throw badArguments(`Missing required parameter for option '${name}' (${label})`);
	}

	rest.shift();
	return next;
};

const isBoolean = (value: string): boolean => /^(?:true|false)$/iv.test(value);

const takeBoolean = (rest: string[]): string => (isBoolean(rest[0] ?? '') ? rest.shift() : undefined) ?? 'true';

/**
Picocli takes whatever follows a list for more of its values, until the next option.
*/
const takeGreedily = (rest: string[]): readonly string[] => rest.splice(0, [...rest, '-'].findIndex(token => token.startsWith('-')));

const toBoolean = ({name}: Option, value: string): string => {
	if (!isBoolean(value)) {
		throw badArguments(`Invalid value for option '${name}': '${value}' is not a boolean`);
	}

	return value.toLowerCase();
};

const toText = ({name, label = '', accepts}: Option, value: string, version: Version): string => {
	if (accepts?.(value, version) === false) {
		throw badArguments(`Invalid value for option '${name}' (${label}): '${value}'`);
	}

	return value;
};

const refuse = ({positional}: CommandLine, {unknown, positionals}: {readonly unknown: readonly string[]; readonly positionals: readonly string[]}): void => {
	if (unknown.length > 0) {
		throw badArguments(`Unknown option${unknown.length > 1 ? 's' : ''}: ${unknown.map(token => `'${token}'`).join(', ')}`);
	}

	const surplus = positionals[positional.most];
	if (surplus !== undefined) {
		throw badArguments(`Unmatched argument: '${surplus}'`);
	}
};
