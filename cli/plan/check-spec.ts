import {Ajv, type ErrorObject} from 'ajv';
import {neo4jBackupSpecSchema} from './neo4jbackup-schema.generated.ts';
import {ConfigurationError} from '#shared/errors.ts';

/**
Checks the spec of a manifest as the API server checks it: fields that there are none of, types, values, patterns. What it checks by rules, across fields, is left to it. Throws a ConfigurationError that names each field; a misspelt one would otherwise be played as if it were not there.
*/
export const checkSpec = (spec: unknown): void => {
	// Patterns are those of the API server, which knows no Unicode sets.
	const validate = new Ajv({
		allErrors: true, strict: false, unicodeRegExp: false, verbose: true,
	}).compile(neo4jBackupSpecSchema);
	if (!validate(spec)) {
		throw new ConfigurationError((validate.errors ?? []).map(error => problemOf(error)).join('\n       '));
	}
};

const problemOf = ({instancePath, keyword, params, message, parentSchema, data}: ErrorObject): string => {
	const field = `spec${instancePath.replaceAll(/\/(?<index>\d+)(?=\/|$)/gv, '[$<index>]').replaceAll('/', '.')}`;
	const names = params as Readonly<Record<string, unknown>>;
	switch (keyword) {
		case 'additionalProperties': {
			return `${field}.${String(names['additionalProperty'])}: there is no such field; there are ${Object.keys((parentSchema as {readonly properties: Record<string, unknown>}).properties).join(', ')}`;
		}

		case 'required': {
			return `${field}.${String(names['missingProperty'])}: it is missing`;
		}

		case 'enum': {
			return `${field}: ${JSON.stringify(data)} is none of ${(names['allowedValues'] as readonly unknown[]).join(', ')}`;
		}

		default: {
			return `${field}: ${JSON.stringify(data)} ${message ?? 'is not understood'}`;
		}
	}
};
