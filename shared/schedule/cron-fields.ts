import {CronExpressionParser, type CronFieldCollection} from 'cron-parser';
import {toError} from '../errors.ts';

type Field = {readonly name: string; readonly position: number; readonly values: string; readonly star: string};

const number = String.raw`\d{1,2}`;
const month = `${number}|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC`;
const weekday = `${number}|SUN|MON|TUE|WED|THU|FRI|SAT`;

const fields: readonly Field[] = [
	{
		name: 'minute', position: 0, values: number, star: '[*]',
	},
	{
		name: 'hour', position: 1, values: number, star: '[*]',
	},
	{
		name: 'day of month', position: 2, values: number, star: '[*?]',
	},
	{
		name: 'month', position: 3, values: month, star: '[*]',
	},
	{
		name: 'day of week', position: 4, values: weekday, star: '[*?]',
	},
];

/**
Reads an expression of exactly five fields as Kubernetes' CronJob does: lists, ranges and steps, names of months and weekdays, Sunday as 0 or 7; a day matches when its day of month or its day of week does, where both are restricted. Throws an Error that says what is wrong; the additions of cron-parser (seconds, `L`, `#`, `H`, `@hourly`) are refused, because they would mean something else, or nothing, elsewhere.
*/
export const parseCronFields = (expression: string): CronFieldCollection => {
	if (expression.startsWith('@')) {
		throw new Error(`shorthands such as ${expression} are not taken, write the five fields out`);
	}

	const texts = expression.trim().split(/\s+/v);
	if (texts.length !== fields.length) {
		throw new Error(`it has ${texts.length === 1 && !texts[0] ? 0 : texts.length} fields instead of five (minute, hour, day of month, month, day of week)`);
	}

	const plain = fields.map(field => plainField(field, texts[field.position]!));
	return CronExpressionParser.parse(plain.join(' '), {tz: 'UTC'}).fields;
};

const plainField = (field: Field, text: string): string => {
	const items = text.split(',');
	const wrong = items.find(item => !itemPattern(field).test(item));
	if (wrong !== undefined) {
		throw new Error(`${wrong === '' ? 'an empty item' : `"${wrong}"`} is no value of the ${field.name}`);
	}

	// A step of one is no restriction, and cron-parser would take it for one when it joins the two day fields.
	if (items.some(item => /^[*?](?:\/0*1)?$/v.test(item))) {
		return '*';
	}

	return items.length === 1 ? text : [...new Set(items.flatMap(item => itemValues(field, item)))].join(',');
};

const itemPattern = ({values, star}: Field): RegExp => new RegExp(String.raw`^(?:${star}|(?:${values})(?:-(?:${values}))?)(?:\/\d{1,2})?$`, 'iv');

// The parser refuses a list in which two items name the same value, which cron allows: so each item is read by itself.
const itemValues = (field: Field, item: string): number[] => {
	const alone = fields.map(({position}) => position === field.position ? item : '*').join(' ');
	try {
		const {minute, hour, dayOfMonth, month, dayOfWeek} = CronExpressionParser.parse(alone, {tz: 'UTC'}).fields;
		const values = [minute, hour, dayOfMonth, month, dayOfWeek][field.position]!.values.map(Number);
		return field.name === 'day of week' ? values.map(value => value % 7) : values;
	} catch (error) {
		throw new Error(`"${item}" is no value of the ${field.name}: ${toError(error).message}`, {cause: error});
	}
};
