import {type Destination} from './resources.ts';

/**
A `delivery` block as it stands in a Broker or a Trigger.
*/
export type Delivery = {
	readonly retry?: number;
	readonly backoffPolicy?: string;
	readonly backoffDelay?: string;
	readonly timeout?: string;
	readonly deadLetterSink?: Destination;
};

export type DeliveryPolicy = {
	/** Attempts after the first. */
	readonly retry: number;
	/** How long to wait before retry number `index`, which counts from 0. */
	readonly backoffMs: (index: number) => number;
	readonly timeoutMs?: number;
	readonly deadLetterSink?: Destination;
};

/**
What Knative's shipped `config-br-defaults` gives a Broker without a `delivery`.
*/
export const defaultDelivery: Delivery = {retry: 10, backoffPolicy: 'exponential', backoffDelay: 'PT0.2S'};

/**
The delivery that counts for a Trigger: its own, whole, or else the Broker's, whole, or else the shipped default.
*/
export const deliveryOf = (trigger: {delivery?: Delivery}, broker: {delivery?: Delivery}): Delivery =>
	trigger.delivery ?? broker.delivery ?? defaultDelivery;

/**
Reads a delivery block. Exponential gaps are d, 2d, 4d …; linear ones 0, d, 2d …, as the real dispatcher waits; without both back-off fields there is no wait. What Knative's webhook refuses is a RangeError.
*/
export const parseDelivery = ({retry = 0, backoffPolicy, backoffDelay, timeout, deadLetterSink}: Delivery): DeliveryPolicy => {
	if (!Number.isInteger(retry) || retry < 0) {
		throw new RangeError(`delivery.retry: ${retry} is not a whole number of at least 0`);
	}

	if (backoffPolicy !== undefined && backoffPolicy !== 'linear' && backoffPolicy !== 'exponential') {
		throw new RangeError(`delivery.backoffPolicy: ${backoffPolicy} is neither linear nor exponential`);
	}

	const delay = backoffDelay === undefined ? 0 : parseDuration('backoffDelay', backoffDelay);
	return {
		retry,
		backoffMs(index) {
			if (backoffPolicy === undefined) {
				return 0;
			}

			return delay * (backoffPolicy === 'linear' ? index : 2 ** index);
		},
		...(timeout !== undefined && {timeoutMs: parseDuration('timeout', timeout)}),
		...(deadLetterSink && {deadLetterSink}),
	};
};

/**
Whether a broker tries again after that status: 404, 408, 409, 429 and every 5xx.
*/
export const isRetried = (status: number): boolean => status >= 500 || [404, 408, 409, 429].includes(status);

const durationPattern = /^P(?:(?<days>\d+(?:\.\d+)?)D)?(?:T(?:(?<hours>\d+(?:\.\d+)?)H)?(?:(?<minutes>\d+(?:\.\d+)?)M)?(?:(?<seconds>\d+(?:\.\d+)?)S)?)?$/v;

const parseDuration = (field: string, text: string): number => {
	const {days = 0, hours = 0, minutes = 0, seconds = 0} = durationPattern.exec(text)?.groups ?? {};
	const milliseconds = ((((((Number(days) * 24) + Number(hours)) * 60) + Number(minutes)) * 60) + Number(seconds)) * 1000;
	if (milliseconds <= 0) {
		throw new RangeError(`delivery.${field}: ${text} is not an ISO 8601 duration above zero`);
	}

	return milliseconds;
};
