import {
	IsomorphicFetchHttpLibrary, RequestContext, type HttpMethod, type KubeConfig,
} from '@kubernetes/client-node';
import {toError} from '../errors.ts';
import {KubeUnavailableError} from './kube-error.ts';

export type Answer = {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly text: string;
};

type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>;

/**
One request to the API server of a kubeconfig, with its credentials, TLS and proxy, and a deadline. No answer at all is a `KubeUnavailableError`.
*/
export const createSend = (config: KubeConfig, {timeoutMs, signal}: {timeoutMs: number; signal?: AbortSignal}) => {
	const library = new IsomorphicFetchHttpLibrary();
	let dispatcher: Dispatcher | undefined;

	return async (method: HttpMethod, path: string, body?: {text: string; contentType: string}): Promise<Answer> => {
		const context = new RequestContext(`${config.getCurrentCluster()!.server}${path}`, method);
		await config.applySecurityAuthentication(context);
		// The client makes a new connection pool for each request; the first one serves all.
		dispatcher ??= context.getDispatcher();
		if (dispatcher) {
			context.setDispatcher(dispatcher);
		}

		context.setHeaderParam('accept', 'application/json');
		if (body) {
			context.setHeaderParam('content-type', body.contentType);
			context.setBody(body.text);
		}

		const timeout = AbortSignal.timeout(timeoutMs);
		context.setSignal(signal ? AbortSignal.any([signal, timeout]) : timeout);
		try {
			const response = await library.send(context).toPromise();
			return {status: response.httpStatusCode, headers: response.headers, text: await response.body.text()};
		} catch (error) {
			throw new KubeUnavailableError(`The API server did not answer ${method} ${path}: ${toError(error).message}`, {cause: error});
		}
	};
};
