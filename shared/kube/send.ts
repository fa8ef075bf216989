import {RequestContext, type HttpMethod, type KubeConfig} from '@kubernetes/client-node';
import {request} from 'undici';
import {toError} from '../errors.ts';
import {KubeUnavailableError} from './kube-error.ts';

export type Answer = {
	readonly status: number;
	/** The server's time, as its `Date` header has it. */
	readonly date?: string;
	readonly text: string;
};

const userAgent = 'neo4j-backup-functions';

type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>;

/**
One request to the API server of a kubeconfig, with its credentials, TLS and proxy, and a deadline. No answer at all is a `KubeUnavailableError`. The client's own way of sending is not used: its web streams cost a function that has just started more than all the rest of a request.
*/
export const createSend = (config: KubeConfig, {timeoutMs, signal}: {timeoutMs: number; signal?: AbortSignal}) => {
	let dispatcher: Dispatcher | undefined;

	return async (method: HttpMethod, path: string, body?: {text: string; contentType: string}): Promise<Answer> => {
		const context = new RequestContext(`${config.getCurrentCluster()!.server}${path}`, method);
		await config.applySecurityAuthentication(context);
		// The client makes a new connection pool for each request; the first one serves all.
		dispatcher ??= context.getDispatcher();
		const timeout = AbortSignal.timeout(timeoutMs);
		try {
			const {statusCode, headers: {date}, body: answer} = await request(context.getUrl(), {
				method,
				headers: {
					...context.getHeaders(), 'user-agent': userAgent, accept: 'application/json', ...(body && {'content-type': body.contentType}),
				},
				signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
				...(body && {body: body.text}),
				...(dispatcher && {dispatcher}),
			});
			return {status: statusCode, ...(typeof date === 'string' && {date}), text: await answer.text()};
		} catch (error) {
			throw new KubeUnavailableError(`The API server did not answer ${method} ${path}: ${toError(error).message}`, {cause: error});
		}
	};
};
