import {Buffer} from 'node:buffer';
import {type ReceivedEvent} from '#shared/events/received-event.ts';

export type Letter = {
	/** The event as it was sent, in structured mode: posted again as it stands, it is the same event. */
	readonly event: Readonly<Record<string, unknown>>;
	/** Why the Broker gave it up, as far as it says; it says nothing after a time-out. */
	readonly failure: {readonly destination?: string; readonly status?: string; readonly answer?: string};
};

/**
Takes apart what a Broker sends to a dead letter sink: the event, and the attributes `knativeerror*` that it added about the last answer, whose body comes in base64.
*/
export const readLetter = ({data, extensions, ...attributes}: ReceivedEvent): Letter => {
	const {knativeerrordest: destination, knativeerrorcode: status, knativeerrordata: answer} = extensions;
	return {
		event: {
			...attributes,
			...Object.fromEntries(Object.entries(extensions).filter(([name]) => !name.startsWith('knative'))),
			...(data instanceof Uint8Array ? {data_base64: Buffer.from(data).toString('base64')} : data !== undefined && {data}),
		},
		failure: {
			...(destination !== undefined && {destination: String(destination)}),
			...(status !== undefined && {status: String(status)}),
			...(answer !== undefined && {answer: Buffer.from(String(answer), 'base64').toString().trim()}),
		},
	};
};
