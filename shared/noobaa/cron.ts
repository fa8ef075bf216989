import {CronExpressionParser} from 'cron-parser';
import {ConfigurationError, toError} from '../errors.ts';
import {parseCronFields} from '../schedule/cron-fields.ts';

export type CnpgSchedule = {
	/** As CloudNativePG reads it: seconds first. */
	readonly expression: string;
	/** The first instant after another, in UTC, which is what CloudNativePG's operator runs in. Undefined for `@every`, which counts from CloudNativePG's last look. */
	readonly nextAfter: (after: Date) => Date | undefined;
};

const shorthands: Readonly<Record<string, string>> = {
	'@yearly': '0 0 0 1 1 *', '@annually': '0 0 0 1 1 *', '@monthly': '0 0 0 1 * *', '@weekly': '0 0 0 * * 0', '@daily': '0 0 0 * * *', '@midnight': '0 0 0 * * *', '@hourly': '0 0 * * * *',
};

/**
Reads `spec.dbSpec.dbBackup.schedule`. Five fields are what cron, and NooBaa's own example, mean; CloudNativePG takes the first field for seconds and the last may be left out, so that the same text would be another schedule: `0 0 1 * *`, the first of each month, would be every day at one. So seconds are put in front. Six fields and shorthands go through as they are. NooBaa's CRD lets much pass that CloudNativePG never runs: that is a ConfigurationError.
*/
export const parseCnpgSchedule = (schedule: string): CnpgSchedule => {
	const text = schedule.trim();
	if (text.startsWith('@')) {
		return parseShorthand(text);
	}

	const fields = text.split(/\s+/v);
	if (fields.length !== 5 && fields.length !== 6) {
		throw invalid(schedule, `it has ${fields.length} fields instead of five, or six with seconds in front`);
	}

	const [seconds = '0', ...five] = fields.length === 6 ? fields : ['0', ...fields];
	const expression = [seconds, ...five.slice(0, 4), withoutSeven(five[4]!)].join(' ');
	try {
		if (!/^(?:\*|\d{1,2}(?:-\d{1,2})?)(?:\/\d{1,2})?(?:,(?:\*|\d{1,2}(?:-\d{1,2})?)(?:\/\d{1,2})?)*$/v.test(seconds)) {
			throw new Error(`"${seconds}" is no value of the second`);
		}

		parseCronFields(five.join(' '));
		if (/(?:^|[,\-])7/v.test(withoutSeven(five[4]!))) {
			throw new Error('CloudNativePG knows Sunday as 0 only');
		}

		return {expression, nextAfter: nextOf(expression)};
	} catch (error) {
		throw invalid(schedule, toError(error).message, error);
	}
};

const parseShorthand = (text: string): CnpgSchedule => {
	const fields = shorthands[text];
	if (fields !== undefined) {
		return {expression: text, nextAfter: nextOf(fields)};
	}

	if (/^@every (?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/v.test(text)) {
		return {expression: text, nextAfter: () => undefined};
	}

	throw invalid(text, `it is none of ${Object.keys(shorthands).join(', ')} and @every with a duration`);
};

/** Sunday, by the number that cron knows as well. */
const withoutSeven = (field: string): string => field.split(',').map(item => item.replace(/^7$/v, '0').replace(/^(?<from>[1-6])-7$/v, '$<from>-6,0')).join(',');

const nextOf = (expression: string) => {
	// What never comes, or is out of range, is found by asking.
	CronExpressionParser.parse(expression, {tz: 'UTC'}).next();
	return (after: Date): Date => CronExpressionParser.parse(expression, {tz: 'UTC', currentDate: after}).next().toDate();
};

const invalid = (schedule: string, why: string, cause?: unknown): ConfigurationError =>
	new ConfigurationError(`spec.dbSpec.dbBackup.schedule: "${schedule}" is no schedule that CloudNativePG runs: ${why}. Write, for example, "0 0 1 * *"`, 'InvalidSchedule', {cause});
