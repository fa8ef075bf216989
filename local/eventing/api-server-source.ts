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
Runs the receive adapter of one ApiServerSource until the signal ends it. Every (resource, namespace) has a watch of its own, which sends one event at a time. What was there at the start, what happens while nothing runs and what a 410 hides is never sent. An API group that is not served makes the whole adapter fail and start again every few seconds; a kind that is missing from a served group is left out for good. A namespace that begins or ceases to match the `namespaceSelector` replaces the adapter.
*/
export const runApiServerSource = (connection: Connection, context: SourceContext, source: ApiServerSource): RunningSource => {
	let watches: readonly Follow[] = [];
	let stop = () => undefined as void;

	const replaceAdapter = async () => {
		const stopper = new AbortController();
		const opened = await openWatches(connection, {...context, signal: AbortSignal.any([context.signal, stopper.signal])}, source);
		await Promise.all(opened.map(async watch => watch.started));
		stop();
		watches = opened;
		stop = () => {
			stopper.abort();
		};
	};

	const crashLoop = async (onFailure: () => void) => {
		while (!context.signal.aborted) {
			try {
				await replaceAdapter();
				return;
			} catch (error) {
				context.log.warn({source: source.metadata.name, reason: toError(error).message}, 'the adapter of an ApiServerSource crashed and will start again');
				onFailure();
				await context.delay(crashLoopMs, context.signal).catch(() => undefined);
			}
		}
	};

	const start = async () => {
		const tried = Promise.withResolvers<void>();
		void crashLoop(tried.resolve).then(tried.resolve, tried.reject);
		return tried.promise;
	};

	let started = start();
	const namespaces = followNamespaces(connection, context, source, () => {
		const before = started;
		started = context.inFlight.track(before.then(start));
	});
	return {
		started,
		async caughtUp() {
			await namespaces?.caughtUp();
			await started;
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

const followNamespaces = (connection: Connection, {signal, log}: SourceContext, {spec}: ApiServerSource, onChange: () => void): Follow | undefined => {
	const labelSelector = selectorText(spec.namespaceSelector);
	return labelSelector === ''
		? undefined
		: follow(connection, {
			path: '/api/v1/namespaces', labelSelector, replay: false, signal, log,
			onChange({type}) {
				if (type !== 'update') {
					onChange();
				}
			},
		});
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
