import {type Answer} from './http/answer.ts';
import {type Api, type NamedTarget, read} from './api.ts';
import {ApiError, badRequest, notFound} from './api-error.ts';
import {type Call} from './http/call.ts';
import {isFields, type KubeObject, toFields} from './object.ts';

export type LogRequest = {
	readonly namespace: string;
	readonly pod: string;
	readonly container: string;
	readonly follow: boolean;
	readonly previous: boolean;
	readonly timestamps: boolean;
	readonly tailLines?: number;
	readonly sinceSeconds?: number;
	readonly limitBytes?: number;
	/** RFC 3339. */
	readonly sinceTime?: string;
	/** Aborted when the reader is gone. */
	readonly signal: AbortSignal;
};

/**
Supplies the log of a container, as the node that runs it would. An error's message tells the reader why there is none; undefined is a container that has not started.
*/
export type LogSource = (request: LogRequest) => Promise<AsyncIterable<Uint8Array> | undefined>;

/**
Answers `GET …/pods/<name>/log` from the log source.
*/
export const serveLog = async (api: Api, target: NamedTarget, call: Call): Promise<Answer> => {
	const pod = read(api, target);
	if (!pod) {
		throw notFound(target.resource, target.name);
	}

	return answerLog(pod, api.logSource(), call);
};

/**
The log of a container of a Pod, from a log source: of the only container, or the one that the query names.
*/
export const answerLog = async (pod: KubeObject, source: LogSource | undefined, {query, signal}: Pick<Call, 'query' | 'signal'>): Promise<Answer> => {
	const container = containerOf(pod, query.get('container') ?? undefined);
	const stream = await streamOf(source, {
		namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name, container, ...optionsOf(query), signal,
	});
	if (!stream) {
		throw badRequest(`container ${JSON.stringify(container)} in pod ${JSON.stringify(pod.metadata.name)} is waiting to start: ${waitingReason(pod, container)}`);
	}

	return {code: 200, contentType: 'text/plain', stream};
};

const streamOf = async (source: LogSource | undefined, request: LogRequest): ReturnType<LogSource> => {
	try {
		return await source?.(request);
	} catch (error) {
		throw badRequest(error instanceof Error ? error.message : String(error));
	}
};

const namesOf = (pod: KubeObject, list: string): readonly string[] => {
	const containers = toFields(pod['spec'])[list];
	return Array.isArray(containers) ? containers.map(container => String(toFields(container)['name'])) : [];
};

const containerOf = (pod: KubeObject, asked: string | undefined): string => {
	const [containers, initContainers] = [namesOf(pod, 'containers'), namesOf(pod, 'initContainers')];
	const [first = '', ...others] = containers;
	if (asked === undefined && others.length > 0) {
		const alternatives = initContainers.length > 0 ? ` or one of the init containers: [${initContainers.join(' ')}]` : '';
		throw badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${containers.join(' ')}]${alternatives}`);
	}

	if (asked !== undefined && ![...containers, ...initContainers].includes(asked)) {
		throw badRequest(`container ${asked} is not valid for pod ${pod.metadata.name}`);
	}

	return asked ?? first;
};

const waitingReason = (pod: KubeObject, container: string): string => {
	const status = toFields(pod['status']);
	const statuses: readonly unknown[] = [status['containerStatuses'], status['initContainerStatuses']].flat();
	const own = statuses.find(entry => isFields(entry) && entry['name'] === container);
	const {reason} = toFields(toFields(toFields(own)['state'])['waiting']);
	return typeof reason === 'string' ? reason : 'ContainerCreating';
};

const optionsOf = (query: URLSearchParams): Omit<LogRequest, 'namespace' | 'pod' | 'container' | 'signal'> => {
	const isOn = (name: string): boolean => ['true', '1'].includes(query.get(name) ?? '');
	const numbers = (['tailLines', 'sinceSeconds', 'limitBytes'] as const).filter(name => query.has(name)).map(name => [name, numberOf(name, query.get(name) ?? '')]);
	const sinceTime = query.get('sinceTime') ?? undefined;
	return {
		follow: isOn('follow'),
		previous: isOn('previous'),
		timestamps: isOn('timestamps'),
		...Object.fromEntries(numbers) as Pick<LogRequest, 'tailLines' | 'sinceSeconds' | 'limitBytes'>,
		...(sinceTime !== undefined && {sinceTime}),
	};
};

const numberOf = (name: string, text: string): number => {
	if (!/^\d+$/v.test(text)) {
		throw new ApiError(422, 'Invalid', `PodLogOptions "" is invalid: ${name}: Invalid value: ${JSON.stringify(text)}: must be greater than or equal to 0`);
	}

	return Number(text);
};
