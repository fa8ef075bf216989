/**
The number that an option gives, of at most so many digits. Throws a TypeError that names the option.
*/
export const wholeNumber = (name: string, text: string, digits: number): number => {
	const most = (10 ** digits) - 1;
	if (!/^[1-9]\d*$/v.test(text) || Number(text) > most) {
		throw new TypeError(`--${name} is ${text}: it must be a whole number from 1 to ${most}`);
	}

	return Number(text);
};
