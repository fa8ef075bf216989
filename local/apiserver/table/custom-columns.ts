import {JSONPath} from 'jsonpath-plus';
import {type Fields} from '../object.ts';
import {type PrinterColumn} from '../resources.ts';
import {type Column} from './column.ts';
import {ageOf} from './age.ts';

/**
The columns of a custom resource, from the `additionalPrinterColumns` of its definition. A value that is missing, or not of the column's type, is an empty cell.
*/
export const customColumns = (columns: readonly PrinterColumn[]): readonly Column[] => columns.map(({name, type, format = '', description = '', jsonPath, priority = 0}) => ({
	name,
	type,
	format,
	description: description === '' ? 'Custom resource definition column (in JSONPath format): ' + jsonPath : description,
	priority,
	cell: (object, now) => cellOf(type, valueAt(object, jsonPath), now),
}));

/**
The first value at a JSONPath in Kubernetes' form: `.status.conditions[?(@.type=="Ready")].status`, a dot in a name escaped as `\.`.
*/
const valueAt = (object: Fields, path: string): unknown => {
	const standard = path.replaceAll(/\.(?<name>(?:[^.\[\]\\]|\\.)*\\\.(?:[^.\[\]\\]|\\.)*)/gv, (_, name: string) => `['${name.replaceAll('\\', '')}']`);
	// eslint-disable-next-line new-cap -- the library's own name for its function
	const values: unknown = JSONPath({path: `$${standard}`, json: object, eval: 'safe'});
	return Array.isArray(values) ? values[0] : undefined;
};

const cellOf = (type: string, value: unknown, now: Date): unknown => {
	switch (type) {
		case 'date': {
			return typeof value === 'string' ? ageOf(value, now).replace('<unknown>', '<invalid>') : undefined;
		}

		case 'integer':
		case 'number': {
			return typeof value === 'number' ? value : undefined;
		}

		case 'boolean': {
			return typeof value === 'boolean' ? value : undefined;
		}

		default: {
			return typeof value === 'string' || value === undefined ? value : JSON.stringify(value);
		}
	}
};
