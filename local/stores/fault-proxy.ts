import {Buffer} from 'node:buffer';
import {request, type IncomingMessage, type ServerResponse} from 'node:http';
import {buffer} from 'node:stream/consumers';
import {pipeline} from 'node:stream/promises';
import {listen} from './listen.ts';

/**
What happens to a request instead of its answer: nothing ever (`hang`), a cut connection before (`reset`) or after (`lose`) the server has done it, half of the answer as if it were all (`cut`), half of it and then nothing (`stall`), the answer that came to the request before (`repeat`), or an answer of one's own.
*/
export type FaultEffect = 'hang' | 'reset' | 'lose' | 'cut' | 'stall' | 'repeat' | {readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string};

export type Fault = {
	readonly method?: string;
	/** What the address must match, path and query. */
	readonly address?: RegExp;
	/** Which of the requests that match, from 1; absent: each of them. */
	readonly nth?: number;
	readonly effect: FaultEffect;
};

export type FaultProxy = {
	readonly url: string;
	/** Adds a fault; the answer takes it away again. */
	readonly inject: (fault: Fault) => () => void;
	/** Requests so far, as `GET /path?query`. */
	readonly requests: readonly string[];
	readonly stop: () => Promise<void>;
};

type Answer = {readonly status: number; readonly headers: Readonly<Record<string, string | string[] | undefined>>; readonly body: Uint8Array};

/**
Starts a proxy on the loopback that passes everything on to `target`, unchanged, host name included, but for the faults that are injected: the same ones for every server, stand-in or real.
*/
export const startFaultProxy = async (target: string): Promise<FaultProxy> => {
	const faults: Array<Fault & {seen: number}> = [];
	const requests: string[] = [];
	let previous: Answer | undefined;

	const effectOn = (message: IncomingMessage): FaultEffect | undefined => {
		const matching = faults.filter(({method = message.method, address = /^/v}) => method === message.method && address.test(message.url ?? ''));
		for (const fault of matching) {
			fault.seen++;
		}

		return matching.find(({nth, seen}) => nth === undefined || nth === seen)?.effect;
	};

	const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
		requests.push(`${message.method} ${message.url}`);
		const effect = effectOn(message);
		if (effect === undefined && faults.every(fault => fault.effect !== 'repeat')) {
			await pass(target, message, response);
			return;
		}

		if (effect === undefined) {
			previous = await fetchAnswer(target, message);
			send(response, previous);
			return;
		}

		await disturb(effect, {
			target, message, response, previous,
		});
	};

	const server = await listen((message, response) => {
		serve(message, response).catch(() => {
			response.destroy();
		});
	});
	return {
		url: server.url,
		inject(fault) {
			const counted = {...fault, seen: 0};
			faults.push(counted);
			return () => {
				faults.splice(faults.indexOf(counted), 1);
			};
		},
		requests,
		stop: server.stop,
	};
};

type Exchange = {readonly target: string; readonly message: IncomingMessage; readonly response: ServerResponse; readonly previous: Answer | undefined};

const disturb = async (effect: FaultEffect, {target, message, response, previous}: Exchange): Promise<void> => {
	if (effect === 'hang') {
		return;
	}

	if (effect === 'reset') {
		response.destroy();
		return;
	}

	if (typeof effect === 'object') {
		message.resume();
		send(response, {status: effect.status, headers: effect.headers ?? {}, body: Buffer.from(effect.body ?? '')});
		return;
	}

	const answer = await fetchAnswer(target, message);
	const half = answer.body.subarray(0, Math.floor(answer.body.length / 2));
	const after: Record<typeof effect, () => void> = {
		lose() {
			response.destroy();
		},
		cut() {
			send(response, {...answer, body: half});
		},
		stall() {
			response.writeHead(answer.status, answer.headers);
			response.write(half);
		},
		repeat() {
			send(response, previous ?? answer);
		},
	};
	after[effect]();
};

const connect = async (target: string, message: IncomingMessage): Promise<IncomingMessage> => new Promise((resolve, reject) => {
	const {hostname, port} = new URL(target);
	const outgoing = request({
		hostname, port, method: message.method, path: message.url, headers: message.headers, setHost: false,
	}, resolve);
	outgoing.on('error', reject);
	message.on('aborted', () => {
		outgoing.destroy();
	});
	message.pipe(outgoing);
});

const pass = async (target: string, message: IncomingMessage, response: ServerResponse): Promise<void> => {
	const incoming = await connect(target, message);
	response.writeHead(incoming.statusCode ?? 502, incoming.headers);
	await pipeline(incoming, response);
};

const fetchAnswer = async (target: string, message: IncomingMessage): Promise<Answer> => {
	const incoming = await connect(target, message);
	return {status: incoming.statusCode ?? 502, headers: incoming.headers, body: await buffer(incoming)};
};

const send = (response: ServerResponse, {status, headers, body}: Answer): void => {
	const {'transfer-encoding': _encoding, 'content-length': _length, ...others} = headers;
	response.writeHead(status, {...others, 'content-length': String(body.length)});
	response.end(body);
};
