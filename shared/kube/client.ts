import {HttpMethod, type KubeConfig} from '@kubernetes/client-node';
import {TerminalError} from '../errors.ts';
import {type Kind, type KubeObject, type Reference} from './object.ts';
import {resourcePath} from './resource-path.ts';
import {createServerClock} from './server-clock.ts';
import {createSend, type Answer} from './send.ts';
import {toKubeError} from './kube-error.ts';

export type ListOptions = {
	readonly labelSelector?: string;
	readonly fieldSelector?: string;
	/** Objects a page; 500 when absent. */
	readonly pageSize?: number;
};

export type PatchOptions = {
	/** `merge` (JSON merge patch, default) or `apply` (server-side apply, needs a `fieldManager`). */
	readonly type?: 'merge' | 'apply';
	readonly fieldManager?: string;
	readonly force?: boolean;
	readonly subresource?: 'status';
};

export type DeleteOptions = {
	readonly uid?: string;
	readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
};

/**
The few verbs that the functions need, on any kind. A missing object is `undefined`; every other refusal is an error of `kube-error.ts`.
*/
export type KubeClient = {
	get: <T extends KubeObject>(reference: Reference) => Promise<T | undefined>;
	list: <T extends KubeObject>(kind: Kind & {namespace?: string}, options?: ListOptions) => AsyncIterable<readonly T[]>;
	create: <T extends KubeObject>(object: T) => Promise<T>;
	/** Writes `status` alone, and only if the object still has the resourceVersion it was read with: this write is the lock of the system (decision D77). */
	replaceStatus: <T extends KubeObject>(object: T) => Promise<T>;
	patch: <T extends KubeObject>(reference: Reference, patch: Record<string, unknown>, options?: PatchOptions) => Promise<T>;
	delete: (reference: Reference, options?: DeleteOptions) => Promise<void>;
	/** Whether the API server serves that kind in that version. */
	served: (apiVersion: string, kind: string) => Promise<boolean>;
	/** The API server's time. */
	now: () => Promise<Date>;
};

type Body = {readonly value: Record<string, unknown>; readonly contentType?: string};

const contentTypes = {merge: 'application/merge-patch+json', apply: 'application/apply-patch+yaml'} as const;

/**
A client of one API server. `timeoutMs` bounds each request, so that a hanging server cannot hold a function past its deadline; `signal` ends them all. `monotonic` is the clock by which the server's time goes on between two answers, in milliseconds, as `createServerClock` has it.
*/
export const createKubeClient = (config: KubeConfig, options: {timeoutMs?: number; signal?: AbortSignal; monotonic?: () => number} = {}): KubeClient => {
	const clock = createServerClock(options.monotonic);
	const send = createSend(config, {timeoutMs: options.timeoutMs ?? 15_000, ...(options.signal && {signal: options.signal})});

	const request = async (method: HttpMethod, path: string, body?: Body): Promise<Answer> => {
		const answer = await send(method, path, body && {text: JSON.stringify(body.value), contentType: body.contentType ?? 'application/json'});
		clock.observe(answer.date);
		return answer;
	};

	const expect = async <T>(method: HttpMethod, path: string, body?: Body): Promise<T> => {
		const answer = await request(method, path, body);
		if (answer.status >= 300) {
			throw toKubeError(method, path, answer);
		}

		return JSON.parse(answer.text) as T;
	};

	return {
		async get<T extends KubeObject>(reference: Reference) {
			const path = resourcePath(reference);
			const answer = await request(HttpMethod.GET, path);
			if (answer.status === 404) {
				return undefined;
			}

			if (answer.status >= 300) {
				throw toKubeError('GET', path, answer);
			}

			return JSON.parse(answer.text) as T;
		},
		list: (kind, listOptions) => pages(async path => expect(HttpMethod.GET, path), kind, listOptions),
		create: async object => expect(HttpMethod.POST, resourcePath({...identity(object), name: ''}), {value: object}),
		async replaceStatus(object) {
			if (!object.metadata.resourceVersion) {
				throw new TerminalError(`The status of ${object.kind} ${object.metadata.name} cannot be written without its resourceVersion`);
			}

			return expect(HttpMethod.PUT, resourcePath(identity(object), 'status'), {value: object});
		},
		async patch(reference, value, {type = 'merge', fieldManager, force, subresource} = {}) {
			const query = new URLSearchParams({...(fieldManager && {fieldManager}), ...(force !== undefined && {force: String(force)})}).toString();
			return expect(HttpMethod.PATCH, `${resourcePath(reference, subresource)}${query && `?${query}`}`, {value, contentType: contentTypes[type]});
		},
		async delete(reference, {uid, propagationPolicy = 'Background'} = {}) {
			const path = resourcePath(reference);
			const answer = await request(HttpMethod.DELETE, path, {
				value: {
					apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy, ...(uid && {preconditions: {uid}}),
				},
			});
			if (answer.status >= 300 && answer.status !== 404) {
				throw toKubeError('DELETE', path, answer);
			}
		},
		async served(apiVersion, kind) {
			const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
			const answer = await request(HttpMethod.GET, path);
			if (answer.status === 404) {
				return false;
			}

			if (answer.status >= 300) {
				throw toKubeError('GET', path, answer);
			}

			const {resources = []} = JSON.parse(answer.text) as {resources?: ReadonlyArray<{kind: string}>};
			return resources.some(resource => resource.kind === kind);
		},
		async now() {
			if (!clock.now()) {
				await request(HttpMethod.GET, '/version');
			}

			return clock.now() ?? new Date();
		},
	};
};

const identity = ({apiVersion, kind, metadata: {namespace, name}}: KubeObject) => ({
	apiVersion, kind, name, ...(namespace && {namespace}),
});

/**
Pages of 500 without a resourceVersion: with one, the API server ignores `limit` and answers everything at once (decision D83).
*/
async function * pages<T extends KubeObject>(
	read: (path: string) => Promise<{items: T[]; metadata: {continue?: string}}>,
	kind: Kind & {namespace?: string},
	{labelSelector, fieldSelector, pageSize = 500}: ListOptions = {},
): AsyncGenerator<readonly T[]> {
	let next: string | undefined;
	do {
		const query = new URLSearchParams({
			limit: String(pageSize), ...(labelSelector && {labelSelector}), ...(fieldSelector && {fieldSelector}), ...(next && {continue: next}),
		});
		const {items, metadata} = await read(`${resourcePath(kind)}?${query.toString()}`);
		// Items of a list carry neither apiVersion nor kind.
		yield items.map(item => ({...item, apiVersion: kind.apiVersion, kind: kind.kind}));
		next = metadata.continue;
	} while (next);
}
