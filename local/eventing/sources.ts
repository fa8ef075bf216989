import {isDeepStrictEqual} from 'node:util';
import {runApiServerSource, type RunningSource} from './api-server-source.ts';
import {runPingSource, type RunningPing} from './ping-source.ts';
import {type ApiServerSource, type PingSource} from './resources.ts';
import {type SourceContext} from './source-sender.ts';
import {sourceProblem} from './wanted-status.ts';
import {type Connection} from '#local/kube/connect.ts';
import {toError} from '#shared/errors.ts';

type Source = ApiServerSource | PingSource;
type Running = Partial<RunningSource & RunningPing> & {readonly source: Source; readonly stop: () => void};

export type Sources = {
	/** Starts, restarts or leaves alone so that exactly these sources run. */
	readonly reconcile: (sources: readonly Source[]) => void;
	/** Resolves when each has tried to open its watches. */
	readonly started: () => Promise<void>;
	readonly caughtUp: () => Promise<void>;
	readonly tick: (at: Date) => Promise<void>;
};

/**
The adapters of all sources. A source whose spec was edited gets a new adapter before the old one stops, so that a change in between may be sent twice, as in a rolling update.
*/
export const createSources = (connectionOf: (source: ApiServerSource) => Connection, context: SourceContext, manual: boolean): Sources => {
	const running = new Map<string, Running>();

	const start = (source: Source): Running | undefined => {
		const problem = sourceProblem(source);
		if (problem !== undefined) {
			context.log.error({kind: source.kind, source: source.metadata.name, problem}, 'a source is refused');
			return undefined;
		}

		const stopper = new AbortController();
		const own = {...context, signal: AbortSignal.any([context.signal, stopper.signal])};
		const stop = () => {
			stopper.abort();
		};

		return source.kind === 'PingSource'
			? {source, stop, ...runPingSource(own, source, manual)}
			: {source, stop, ...runApiServerSource(connectionOf(source as ApiServerSource), own, source as ApiServerSource)};
	};

	const replace = (source: Source) => {
		const uid = source.metadata.uid!;
		const old = running.get(uid);
		if (old && isDeepStrictEqual(old.source.spec, source.spec)) {
			return;
		}

		const next = start(source);
		running.delete(uid);
		if (next) {
			running.set(uid, next);
		}

		void Promise.resolve(next?.started).finally(() => old?.stop()).catch((error: unknown) => {
			context.log.error({error: toError(error).message}, 'a source did not start');
		});
	};

	return {
		reconcile(sources) {
			const wanted = new Set(sources.map(({metadata}) => metadata.uid));
			for (const [uid, {stop}] of running) {
				if (!wanted.has(uid)) {
					stop();
					running.delete(uid);
				}
			}

			for (const source of sources) {
				replace(source);
			}
		},
		async started() {
			await Promise.all([...running.values()].map(async ({started}) => started));
		},
		async caughtUp() {
			await Promise.all([...running.values()].map(async ({caughtUp}) => caughtUp?.()));
		},
		async tick(at) {
			await Promise.all([...running.values()].map(async ({tick}) => tick?.(at)));
		},
	};
};
