import {isFields, type KubeObject} from '../object.ts';

/** Where builtin kinds have quantities: fields that are one, and maps of them. */
const single = new Set(['sizeLimit', 'divisor']);
const maps = new Set(['requests', 'limits', 'capacity', 'allocatable', 'allocatedResources']);

/**
The object with each of its quantities as the real server writes them: `1.5Gi` comes back as `1536Mi`.
*/
export const withCanonicalQuantities = (object: KubeObject): KubeObject => ofValue(object) as KubeObject;

const ofValue = (value: unknown): unknown => {
	if (Array.isArray(value)) {
		return value.map(item => ofValue(item));
	}

	return isFields(value) ? Object.fromEntries(Object.entries(value).map(([name, field]) => [name, ofField(name, field)])) : value;
};

const ofField = (name: string, field: unknown): unknown => {
	if (single.has(name) && typeof field === 'string') {
		return canonicalQuantity(field);
	}

	return maps.has(name) && isFields(field)
		? Object.fromEntries(Object.entries(field).map(([resource, amount]) => [resource, typeof amount === 'string' || typeof amount === 'number' ? canonicalQuantity(String(amount)) : amount]))
		: ofValue(field);
};

const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const nano = 1_000_000_000n;

/**
A quantity in its one form: no fraction, and the largest suffix that loses nothing. What is none, and one with an exponent, stays as it is.
*/
const canonicalQuantity = (text: string): string => {
	const {sign = '', whole = '', fraction = '', suffix = ''} = /^(?<sign>[+\-]?)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?<suffix>[KMGTPE]i|[numkMGTPE]?)$/v.exec(text)?.groups ?? {};
	if (whole + fraction === '') {
		return text;
	}

	const unit = suffix.endsWith('i') ? nano * (1024n ** BigInt(binary.indexOf(suffix))) : 1000n ** BigInt(decimal.indexOf(suffix));
	const size = roundedUp(BigInt(whole + fraction) * unit, 10n ** BigInt(fraction.length));
	const written = suffix.endsWith('i') && size >= 1024n * nano ? inBinary(size) : inDecimal(size);
	return sign === '-' && size > 0n ? `-${written}` : written;
};

const roundedUp = (dividend: bigint, divisor: bigint): bigint => (dividend + divisor - 1n) / divisor;

const inBinary = (size: bigint): string => largest(roundedUp(size, nano), 1024n, binary);

const inDecimal = (size: bigint): string => size === 0n ? '0' : largest(size, 1000n, decimal);

const largest = (size: bigint, step: bigint, suffixes: readonly string[]): string => {
	let index = 0;
	let rest = size;
	while (index < suffixes.length - 1 && rest % step === 0n) {
		rest /= step;
		index++;
	}

	return `${rest}${suffixes[index]}`;
};
