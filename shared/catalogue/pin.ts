import {clockToleranceMs} from '../clock-tolerance.ts';
import {readFields} from './read-json.ts';

/**
What holds artifacts whose chains no sweep may touch (decision D39): a restore while it runs, or a fetch by hand.
*/
export type Pin = {
	readonly key: string;
	/** Absent: a restore. */
	readonly purpose?: 'fetch';
	/** The restore that wrote it, as `<namespace>/<name>`; of a fetch where it runs and what it fills, as `<host>:<folder>`. */
	readonly restore: string;
	/** File names of artifacts. */
	readonly artifacts: readonly string[];
	readonly createdAt: string;
	/** From then on it holds nothing, and the next sweep removes it. A restore that vanished must hold nothing for ever; a fetch, of which nobody else knows whether it goes on, writes a later one while it works. */
	readonly expiresAt?: string;
};

export const parsePin = (key: string, body: Uint8Array | string): Pin => {
	const fields = readFields(key, body);
	const expiresAt = fields.optionalInstant('expiresAt');
	return {
		key,
		...(fields.optionalText('purpose') !== undefined && {purpose: fields.oneOf('purpose', ['fetch'])}),
		restore: fields.text('restore'),
		artifacts: fields.texts('artifacts'),
		createdAt: fields.instant('createdAt'),
		...(expiresAt !== undefined && {expiresAt}),
	};
};

/**
Whether a pin holds nothing any more: who wrote it said until when, and did not come back.
*/
export const isExpiredPin = ({expiresAt}: Pick<Pin, 'expiresAt'>, now: Date): boolean =>
	expiresAt !== undefined && Date.parse(expiresAt) + clockToleranceMs < now.getTime();

/**
Who reads what a pin holds, as the start of a sentence.
*/
export const pinHolder = ({purpose, restore}: Pick<Pin, 'purpose' | 'restore'>): string => purpose === 'fetch' ? `a fetch to ${restore}` : `restore ${restore}`;
