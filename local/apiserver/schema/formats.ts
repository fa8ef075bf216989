import {fullFormats} from 'ajv-formats/dist/formats.js';

const goDuration = /^[\-+]?(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$/v;
const uuid = /^[\da-f]{8}(?:-?[\da-f]{4}){3}-?[\da-f]{12}$/iv;

/**
Whether a string has this format. Formats that Kubernetes does not know say nothing, as there.
*/
export const hasFormat = (format: string, text: string): boolean => {
	switch (format) {
		case 'duration': {
			return goDuration.test(text);
		}

		case 'uuid': {
			return uuid.test(text);
		}

		case 'date-time':
		case 'date':
		case 'byte':
		case 'email':
		case 'hostname':
		case 'ipv4':
		case 'ipv6':
		case 'uri': {
			return matches(fullFormats[format], text);
		}

		default: {
			return true;
		}
	}
};

const matches = (definition: unknown, text: string): boolean => {
	if (definition instanceof RegExp) {
		return definition.test(text);
	}

	if (typeof definition === 'object' && definition !== null && 'validate' in definition) {
		return matches(definition.validate, text);
	}

	return typeof definition !== 'function' || (definition as (text: string) => boolean)(text);
};
