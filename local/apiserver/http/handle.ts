import {type IncomingMessage, type ServerResponse} from 'node:http';
import {type Api} from '../api.ts';
import {ApiError, injected, noSuchPath} from '../api-error.ts';
import {builtinResources} from '../resources.ts';
import {reviewAccess} from './access-review.ts';
import {type Answer, send} from './answer.ts';
import {type Call, readCall} from './call.ts';
import {discover} from './discovery.ts';
import {type Fault, type FaultRequest, sleepThrough} from './fault.ts';
import {describeApi} from './openapi.ts';
import {toTarget} from './path.ts';
import {representation} from './representation.ts';
import {serve} from './serve.ts';

export type Hooks = {
	/** Hears of every request when its answer is decided; status 0 stands for a connection that was cut. */
	readonly onRequest?: (request: FaultRequest & {readonly status: number; readonly userAgent: string}) => void;
	/** Says how a request shall fail, if it shall. */
	readonly fault?: (request: FaultRequest) => Fault | undefined;
};

export type Context = {readonly api: Api; readonly hooks: Hooks; readonly watches: Set<ServerResponse>};

/**
Takes one request from its first byte to the last of its answer, failing where the fault hook says so. Never rejects.
*/
export const handle = async (context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> => {
	response.sendDate = false;
	response.setHeader('date', context.api.now().toUTCString());
	const {pathname: path, searchParams: query} = new URL(request.url ?? '/', 'http://localhost');
	const asked: FaultRequest = {method: request.method ?? 'GET', path, query};
	const fault = context.hooks.fault?.(asked) ?? {};
	await sleepThrough(fault, request);
	const answer = fault.drop === true || request.destroyed ? undefined : await answerOf(context.api, fault, request, response);
	const isCut = answer === undefined || fault.dropAfter === true;
	context.hooks.onRequest?.({...asked, status: isCut ? 0 : answer.code, userAgent: request.headers['user-agent'] ?? ''});
	if (isCut) {
		response.destroy();
		return;
	}

	if (answer.watch) {
		context.watches.add(response);
		response.once('close', () => {
			context.watches.delete(response);
		});
	}

	await send(response, answer).catch(() => {
		response.destroy();
	});
};

const answerOf = async (api: Api, fault: Fault, request: IncomingMessage, response: ServerResponse): Promise<Answer> => {
	const gone = new AbortController();
	response.once('close', () => {
		gone.abort();
	});
	try {
		if (fault.status !== undefined) {
			throw injected(fault.status);
		}

		const call = await readCall(request, gone.signal);
		const answer = await answerTo(api, call);
		for (const warning of new Set(call.warnings)) {
			response.appendHeader('warning', `299 - ${JSON.stringify(warning)}`);
		}

		return answer;
	} catch (error) {
		return refusal(error);
	}
};

const answerTo = async (api: Api, call: Call): Promise<Answer> => {
	const found = discover(api, call) ?? describeApi(api, call) ?? reviewAccess(call);
	if (found) {
		return found;
	}

	const target = toTarget(api.registry, call.path);
	if (!target) {
		return nothingThere(call.path);
	}

	const represent = representation(api, target.resource, call);
	return represent(await serve(api, target, call));
};

/** A real server has words of the API for groups of its own, and none for those of others, also when another kind or version of them is served. */
const nothingThere = (path: string): Answer => {
	const [, root, group = ''] = path.split('/');
	if (root === 'api' || (root === 'apis' && ownGroups.has(group))) {
		throw noSuchPath();
	}

	return {code: 404, contentType: 'text/plain; charset=utf-8', body: '404 page not found\n'};
};

const ownGroups = new Set(builtinResources.map(({group}) => group).filter(group => group !== ''));

const refusal = (error: unknown): Answer => {
	const known = error instanceof ApiError ? error : new ApiError(500, 'InternalError', `Internal error occurred: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
	return {code: known.code, body: known.toStatus()};
};
