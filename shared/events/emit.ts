import {type CloudEvent} from 'cloudevents';
import {ConfigurationError} from '../errors.ts';
import {encodeHeaderValue} from './header-value.ts';

export type OutgoingEvent = CloudEvent<unknown>;

export type EmitterOptions = {
	/** `K_SINK`: the address of the Broker. */
	readonly sink?: string;
	readonly timeoutMs?: number;
	readonly ceOverrides?: Readonly<Record<string, string>>;
	readonly fetch?: typeof globalThis.fetch;
};

export type Emitter = {
	/** Resolves when the sink has accepted the event; throws an `EmitError` otherwise. */
	readonly emit: (event: OutgoingEvent) => Promise<void>;
};

/**
The sink did not accept an event. The handler lets it through, the input is answered with 503 and comes again as a whole; ids being deterministic, what was accepted before is recognisable.
*/
export class EmitError extends Error {
	override readonly name = 'EmitError';
}

/** Short, so that a handler that sends several has time left for the rest. */
export const defaultEmitTimeoutMs = 5000;

/**
A sender of events, one POST in binary mode each. Every answer but 2xx is a failure, redirections included; a body of the answer is never looked at; a sink that does not answer within `timeoutMs` (5 s) failed. The event's `traceparent` goes out as the hop's header too.
*/
export const createEmitter = ({sink, timeoutMs = defaultEmitTimeoutMs, ceOverrides = {}, fetch = globalThis.fetch}: EmitterOptions): Emitter => {
	const url = parseSink(sink);
	return {
		async emit(event) {
			const response = await post(event).catch((error: unknown) => {
				throw new EmitError(`${event.type} was not accepted: no answer from ${url.host}`, {cause: error});
			});
			await response.body?.cancel();
			if (!response.ok) {
				throw new EmitError(`${event.type} was not accepted: HTTP ${response.status} from ${url.host}`);
			}
		},
	};

	async function post(event: OutgoingEvent): Promise<Response> {
		const {data, ...attributes} = event;
		return fetch(url, {
			method: 'POST',
			headers: toHeaders({...attributes, ...ceOverrides}),
			...(data !== undefined && {body: JSON.stringify(data)}),
			redirect: 'manual',
			signal: AbortSignal.timeout(timeoutMs),
		});
	}
};

const parseSink = (sink: string | undefined): URL => {
	if (!sink) {
		throw new ConfigurationError('K_SINK is not set: it must be the address of the Broker that the events go to');
	}

	if (!/^https?:\/\//iv.test(sink) || !URL.canParse(sink)) {
		throw new ConfigurationError('K_SINK is not an http or https address');
	}

	return new URL(sink);
};

const toHeaders = ({datacontenttype = 'application/json', ...attributes}: Readonly<Record<string, unknown>>): Record<string, string> => ({
	...Object.fromEntries(Object.entries(attributes)
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => [`ce-${name}`, encodeHeaderValue(String(value))])),
	...(typeof attributes['traceparent'] === 'string' && {traceparent: encodeHeaderValue(attributes['traceparent'])}),
	'content-type': String(datacontenttype),
});
