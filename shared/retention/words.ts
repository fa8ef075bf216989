import {type ChainMember} from '../catalogue/chains.ts';

const units = [['d', 24 * 60 * 60_000], ['h', 60 * 60_000], ['m', 60_000]] as const;

/**
A span of time in its largest whole unit: `31d`, `5h`, `12m`.
*/
export const ageText = (milliseconds: number): string => {
	const [unit, size] = units.find(([, length]) => milliseconds >= length) ?? units.at(-1)!;
	return `${Math.max(0, Math.floor(milliseconds / size))}${unit}`;
};

/**
Why an artifact cannot be restored, as the start of a sentence.
*/
export const unrestorableText = ({state, verification, size, isRestorable}: ChainMember): string => {
	if (verification === 'failed') {
		return 'its verification failed';
	}

	if (state === 'present') {
		return size === 0 ? 'its file is empty' : (isRestorable ? 'it holds no transactions' : 'what it builds on cannot be restored');
	}

	return {
		quarantined: 'it is in quarantine', archived: 'it is archived', archivedInPlace: 'what it builds on cannot be restored', missing: 'its file is missing',
	}[state];
};
