import {type ReceivedEvent} from '#shared/events/received-event.ts';

/**
What a ping asks for: the scan, or one Neo4jBackup at the ping's minute. A ping of somebody else's, for something else, asks for nothing.
*/
export type PingRequest
	= | {readonly what: 'scan'}
		| {readonly what: 'run' | 'sweep'; readonly namespace: string; readonly name: string}
		| {readonly what: 'nothing'};

const dnsName = /^[a-z0-9](?:[a-z0-9.\-]{0,251}[a-z0-9])?$/v;

/**
Reads a ping. Without data it is the heartbeat; data `{"namespace", "name"}` names a Neo4jBackup to run, with `"do": "sweep"` one to sweep (decision D81). Names become paths of the API server, so nothing else is taken for one.
*/
export const readPing = ({data}: Pick<ReceivedEvent, 'data'>): PingRequest => {
	const fields = fieldsOf(data);
	if (fields === undefined) {
		return {what: 'nothing'};
	}

	if (Object.keys(fields).length === 0) {
		return {what: 'scan'};
	}

	const {namespace, name, do: what = 'run'} = fields;
	return isName(namespace) && isName(name) && (what === 'run' || what === 'sweep') ? {what, namespace, name} : {what: 'nothing'};
};

const fieldsOf = (data: unknown): Readonly<Record<string, unknown>> | undefined => {
	if (data === undefined || data === null || data === '') {
		return {};
	}

	if (data instanceof Uint8Array) {
		return data.length === 0 ? {} : undefined;
	}

	return typeof data === 'object' && !Array.isArray(data) ? data as Readonly<Record<string, unknown>> : undefined;
};

const isName = (value: unknown): value is string => typeof value === 'string' && dnsName.test(value);
