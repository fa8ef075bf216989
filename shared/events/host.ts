import {createServer, type Server} from 'node:http';
import express, {type ErrorRequestHandler, type RequestHandler} from 'express';
import {toError} from '../errors.ts';
import {type Log} from '../log.ts';
import {done, failure, type Answer} from './answer.ts';
import {decodeEvent} from './decode.ts';
import {type ReceivedEvent} from './received-event.ts';
import {traceParentOf} from './trace-parent.ts';

export type EventContext = {
	/** Aborted when the deadline has passed and the event was answered with 503: whatever is still going on should end. */
	readonly signal: AbortSignal;
	/** A logger that names the event in every line. */
	readonly log: Log;
	/** The trace to carry on in whatever the event causes. */
	readonly traceparent?: string;
};

/**
Handles one event: returns when its effect is there or there is nothing to do, an unknown type included; throws a `TerminalError` for what can never succeed and anything else for what may succeed later. The same event comes again, and two can come at once.
*/
export type Handle = (event: ReceivedEvent, context: EventContext) => Promise<void>;

export type FunctionServerOptions = {
	readonly name: string;
	readonly handle: Handle;
	readonly log: Log;
	/** From the arrival of a request to its answer. It must be shorter than the KService's `timeoutSeconds`, and that shorter than the Trigger's `delivery.timeout`, or the broker sends again what is still running. */
	readonly deadlineMs?: number;
	readonly maxBodyBytes?: number;
};

export const defaultDeadlineMs = 45_000;
const defaultMaxBodyBytes = 2 * 1024 * 1024;

/**
The HTTP server of one function, not yet listening: CloudEvents by POST on `/`, probes on `/health/liveness` and `/health/readiness`. It answers 202 without a body on success, 400 for what is no CloudEvent, 422 for what can never succeed and 503 for the rest, a handler that outlives its deadline included. Pure: it reads no environment and opens no port.
*/
export const createFunctionServer = (options: FunctionServerOptions): Server => {
	const {deadlineMs = defaultDeadlineMs, maxBodyBytes = defaultMaxBodyBytes} = options;
	const app = express().disable('x-powered-by').disable('etag');
	const server = createServer((request, response) => {
		app(request, response);
	});

	app.use((_request, response, next) => {
		response.locals['server'] = server;
		next();
	});
	app.get(['/health/liveness', '/health/readiness'], (_request, response) => {
		response.status(server.listening ? 200 : 503).end();
	});
	app.route('/')
		.post(startDeadline(deadlineMs), express.raw({type: () => true, limit: maxBodyBytes}), receive(options))
		.options((_request, response) => {
			response.set('allow', 'POST, OPTIONS').status(200).end();
		})
		.all((_request, response) => {
			response.set('allow', 'POST, OPTIONS');
			send(response, 405, 'events are sent by POST');
		});
	app.use((_request, response) => {
		send(response, 404, 'events are sent to /');
	});
	app.use(refuse(options.log));
	return server;
};

type Pending = {readonly signal: AbortSignal; readonly startedAt: number};
type Response = Parameters<RequestHandler>[1];

/**
Answers 503 when the time is over, whatever the request waits for: its own body, the API server, a bucket.
*/
const startDeadline = (deadlineMs: number): RequestHandler => (_request, response, next) => {
	const controller = new AbortController();
	const timer = setTimeout(() => {
		controller.abort(new Error(`No answer within ${deadlineMs} ms`));
		// An answer that was given but never arrived, because the sender was gone, cannot be given again.
		if (response.headersSent) {
			return;
		}

		response.set('connection', 'close');
		send(response, 503, 'not done in time, try again later');
	}, deadlineMs);
	// Not on `close`: the handling for a client that went away has a deadline all the same.
	response.once('finish', () => {
		clearTimeout(timer);
	});
	response.locals['pending'] = {signal: controller.signal, startedAt: performance.now()} satisfies Pending;
	next();
};

const receive = ({handle, log}: FunctionServerOptions): RequestHandler => async (request, response) => {
	const {signal, startedAt} = response.locals['pending'] as Pending;
	const {body} = request as {body: unknown};
	const event = decodeEvent(request.headersDistinct, body instanceof Uint8Array ? body : new Uint8Array());
	const eventLog = log.child({event: {id: event.id, type: event.type, ...(event.subject && {subject: event.subject})}});
	const traceparent = traceParentOf(event, request.headersDistinct);
	const [answer, thrown] = await settle(handle(event, {signal, log: eventLog, ...(traceparent && {traceparent})}), signal);

	send(response, answer.status, answer.text);
	const fields = {outcome: signal.aborted ? 'timed out' : answer.outcome, status: response.statusCode, ms: Math.round(performance.now() - startedAt)};
	if (answer.outcome === 'done' && !signal.aborted) {
		eventLog.info(fields, 'event handled');
	} else {
		eventLog.warn({...fields, ...describe(thrown)}, 'event not handled');
	}
};

/**
How the handling ended, or that the deadline came first: a handler that never returns must not keep its line out of the log.
*/
const settle = async (handling: Promise<void>, signal: AbortSignal): Promise<[answer: Answer, thrown?: unknown]> => {
	const expired = new Promise<never>((_resolve, reject) => {
		signal.addEventListener('abort', () => {
			reject(toError(signal.reason));
		}, {once: true});
	});
	try {
		await Promise.race([handling, expired]);
		return [done];
	} catch (error) {
		return [failure(error), error];
	}
};

/**
Every request that never became an event: bytes that are none, a body too large, one that broke off.
*/
const refuse = (log: Log): ErrorRequestHandler => (error: unknown, _request, response, _next) => {
	const {status, text, outcome} = failure(error);
	send(response, status, text);
	log.warn({outcome, status: response.statusCode, ...describe(error)}, 'request refused');
};

const send = (response: Response, status: number, text?: string): void => {
	if (response.headersSent || response.destroyed) {
		return;
	}

	// A kept-alive connection would hold up the end of a server that has stopped listening.
	if (!(response.locals['server'] as Server).listening) {
		response.set('connection', 'close');
	}

	response.status(status);
	if (text === undefined) {
		response.end();
	} else {
		response.type('text/plain').send(`${text}\n`);
	}
};

/**
Name, message and stack alone: errors of libraries carry requests, and with them credentials.
*/
const describe = (thrown: unknown): {error?: {name: string; message: string; stack?: string}} => {
	if (thrown === undefined) {
		return {};
	}

	const {name, message, stack} = toError(thrown);
	return {error: {name, message, ...(stack && {stack})}};
};
