import {
	apiServerEvent, guessPlural, hasOwner, selectorText,
} from './api-server-event.ts';
import {type ApiServerSource} from './resources.ts';
import {sendFromSource, type SourceContext} from './source-sender.ts';
import {toError} from '#shared/errors.ts';
import {apiRoot, type Connection} from '#local/kube/connect.ts';
import {follow, type Change, type Follow} from '#local/kube/follow.ts';

const crashLoopMs = 2000;

export type RunningSource = {
	/** Resolves when the watches are open, or when the first try to open them has failed. */
	readonly started: Promise<void>;
	/** Resolves when every change that the API server knows of has been handed to the sender. */
	readonly caughtUp: () => Promise<void>;
};

/**
Runs the receive adapter of one ApiServerSource until the signal ends it. Every (resource, namespace) has a watch of its own, which sends one event at a time. What was there at the start, what happens while nothing runs and what a 410 hides is never sent. An API group that is not served makes the whole adapter fail and start again every few seconds; a kind that is missing from a served group is left out for good.
*/
export const runApiServerSource = (connection: Connection, context: SourceContext, source: ApiServerSource): RunningSource => {
	const started = Promise.withResolvers<void>();
	let watches: readonly Follow[] = [];

	const run = async () => {
		while (!context.signal.aborted) {
			try {
				watches = await openWatches(connection, context, source);
				await Promise.all(watches.map(async watch => watch.started));
				return;
			} catch (error) {
				context.log.warn({source: source.metadata.name, reason: toError(error).message}, 'the adapter of an ApiServerSource crashed and will start again');
				started.resolve();
				await context.delay(crashLoopMs, context.signal).catch(() => undefined);
			}
		}
	};

	void run().then(started.resolve, started.reject);
	return {
		started: started.promise,
		async caughtUp() {
			await started.promise;
			await Promise.all(watches.map(async watch => watch.caughtUp()));
		},
	};
};

/**
Why an ApiServerSource sends nothing, in words, as Knative's webhook would have refused it.
*/
export const apiServerSourceProblem = ({spec}: ApiServerSource): string | undefined => {
	if (spec.mode !== undefined && spec.mode !== 'Reference' && spec.mode !== 'Resource') {
		return `spec.mode: ${spec.mode} is neither Reference nor Resource`;
	}

	if (!Array.isArray(spec.resources) || spec.resources.length === 0) {
		return 'spec.resources: at least one is required';
	}

	return spec.filters && spec.filters.length > 0 ? 'spec.filters: the feature new-apiserversource-filters is not enabled' : undefined;
};

const openWatches = async (connection: Connection, context: SourceContext, source: ApiServerSource): Promise<readonly Follow[]> => {
	const namespaces = await namespacesOf(connection, source);
	const served: Array<{apiVersion: string; plural: string; labelSelector: string}> = [];
	for (const {apiVersion, kind, selector} of source.spec.resources) {
		const resources = await connection.discover(apiVersion);
		if (!resources) {
			throw new Error(`the server could not find the API version ${apiVersion}`);
		}

		const plural = guessPlural(kind);
		if (resources.has(plural)) {
			served.push({apiVersion, plural, labelSelector: selectorText(selector)});
		} else {
			context.log.warn({source: source.metadata.name, apiVersion, kind}, 'an ApiServerSource leaves out a kind that is not served');
		}
	}

	return served.flatMap(({apiVersion, plural, labelSelector}) => namespaces.map(namespace => follow(connection, {
		path: [apiRoot(apiVersion), apiVersion, ...(namespace === undefined ? [] : ['namespaces', namespace]), plural].join('/'),
		labelSelector,
		replay: false,
		onChange: serialSender(connection, context, source),
		signal: context.signal,
		log: context.log,
	})));
};

const namespacesOf = async (connection: Connection, {metadata, spec: {namespaceSelector}}: ApiServerSource): Promise<ReadonlyArray<string | undefined>> => {
	if (!namespaceSelector) {
		return [metadata.namespace];
	}

	const labelSelector = selectorText(namespaceSelector);
	if (labelSelector === '') {
		return [undefined];
	}

	const {items} = await connection.list('/api/v1/namespaces', {labelSelector});
	return items.map(item => item.metadata.name);
};

const serialSender = (connection: Connection, context: SourceContext, source: ApiServerSource): (change: Change) => void => {
	let last: Promise<unknown> = Promise.resolve();
	const send = async (change: Change) => {
		// The rule judges one event; a double is two adapters at once, which send different ids.
		const judged = apiServerEvent(source, change, {server: connection.server, now: context.now()});
		let event = judged;
		return context.chaos.apply(judged, 'source', async () => {
			const sent = await sendFromSource(context, source, event);
			event = apiServerEvent(source, change, {server: connection.server, now: context.now()});
			return sent;
		});
	};

	return change => {
		if (hasOwner(source, change.object)) {
			const before = last;
			last = context.inFlight.track(before.then(async () => send(change)).catch((error: unknown) => {
				context.log.debug({error: toError(error).message}, 'a source was stopped while it sent');
			}));
		}
	};
};
