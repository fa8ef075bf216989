import {type ServerResponse} from 'node:http';
import {type Watch, type WatchEvent} from '../read/watch.ts';
import {jsonOf} from './json.ts';

/**
What a request is answered with: a body, a watch, or a stream of bytes (a log).
*/
export type Answer = {
	readonly code: number;
	readonly body?: unknown;
	/** A string body is sent as it is; anything else as JSON. */
	readonly contentType?: string;
	readonly watch?: Watch;
	readonly stream?: AsyncIterable<Uint8Array>;
};

/**
Sends an answer to its end. A watch and a followed log end with the connection.
*/
export const send = async (response: ServerResponse, answer: Answer): Promise<void> => {
	response.writeHead(answer.code, {'content-type': answer.contentType ?? 'application/json'});
	if (answer.watch) {
		sendWatch(response, answer.watch);
	} else if (answer.stream) {
		await sendStream(response, answer.stream);
	} else {
		response.end(typeof answer.body === 'string' ? answer.body : `${jsonOf(answer.body)}\n`);
	}
};

/** How often the real server says in a quiet watch how far it is. */
const bookmarkInterval = 60_000;

const sendWatch = (response: ServerResponse, watch: Watch): void => {
	const sendEvent = (event: WatchEvent): void => {
		response.write(`${JSON.stringify(event)}\n`);
		if (event.type === 'ERROR') {
			response.end();
		}
	};

	const mark = (): void => {
		if (watch.bookmark && !response.writableEnded) {
			sendEvent(watch.bookmark());
		}
	};

	const bookmarks = setInterval(mark, bookmarkInterval);
	const timeout = watch.timeoutSeconds === undefined
		? undefined
		: setTimeout(() => {
			mark();
			response.end();
		}, watch.timeoutSeconds * 1000);
	response.once('close', () => {
		clearInterval(bookmarks);
		clearTimeout(timeout);
		watch.close();
	});
	response.flushHeaders();
	watch.start(sendEvent);
};

const sendStream = async (response: ServerResponse, stream: AsyncIterable<Uint8Array>): Promise<void> => {
	response.flushHeaders();
	const iterator = stream[Symbol.asyncIterator]();
	response.once('close', () => {
		void iterator.return?.();
	});
	for (let next = await iterator.next(); !next.done && !response.destroyed; next = await iterator.next()) {
		response.write(next.value);
	}

	response.end();
};
