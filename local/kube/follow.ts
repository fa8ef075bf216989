import {isNotFound, type Connection} from './connect.ts';
import {wallDelay} from './delay.ts';
import {GoneError, watchOnce, type WatchType} from './watch.ts';
import {toError} from '#shared/errors.ts';
import {type Log} from '#shared/log.ts';
import {type KubeObject} from '#shared/kube/object.ts';

export type Change = {readonly type: 'add' | 'update' | 'delete'; readonly object: KubeObject};

export type FollowOptions = {
	readonly path: string;
	readonly labelSelector?: string;
	/** Whether what a list shows is reported too: what was there before, and what happened while no watch was open. */
	readonly replay: boolean;
	readonly onChange: (change: Change) => void;
	readonly signal: AbortSignal;
	readonly log: Log;
};

export type Follow = {
	/** Resolves when the first list is in, or when the API server does not serve that path yet. */
	readonly started: Promise<void>;
	readonly objects: () => readonly KubeObject[];
	/** Resolves when every object that the API server has now, in its present version, has been reported. */
	readonly caughtUp: () => Promise<void>;
};

const retryAfterMs = 250;

/**
Lists and then watches one path of an API server until the signal ends it: what a client-go reflector does, with or without telling of what a list shows.
*/
export const follow = (connection: Connection, {path, labelSelector, replay, onChange, signal, log}: FollowOptions): Follow => {
	const known = new Map<string, KubeObject>();
	const query = {...(labelSelector && {labelSelector})};
	const started = Promise.withResolvers<void>();
	let wake = Promise.withResolvers<void>();

	const report = (type: Change['type'], object: KubeObject, silent = false) => {
		if (type === 'delete') {
			known.delete(object.metadata.uid!);
		} else {
			known.set(object.metadata.uid!, object);
		}

		wake.resolve();
		wake = Promise.withResolvers<void>();
		if (!silent) {
			onChange({type, object});
		}
	};

	const relist = async () => {
		const {items, resourceVersion} = await connection.list(path, query);
		const present = new Set(items.map(item => item.metadata.uid));
		for (const object of known.values()) {
			if (!present.has(object.metadata.uid)) {
				report('delete', object, !replay);
			}
		}

		for (const item of items) {
			const before = known.get(item.metadata.uid!);
			if (before?.metadata.resourceVersion !== item.metadata.resourceVersion) {
				report(before ? 'update' : 'add', item, !replay);
			}
		}

		return resourceVersion;
	};

	const run = async () => {
		let version: string | undefined;
		while (!signal.aborted) {
			try {
				version ??= await relist();
				started.resolve();
				version = await watchOnce(connection.config, {
					path, query, resourceVersion: version, signal,
				}, (type, object) => {
					report(changeTypes[type], object);
				});
			} catch (error) {
				started.resolve();
				version = error instanceof GoneError ? undefined : version;
				await pauseAfter(error);
			}
		}
	};

	const pauseAfter = async (error: unknown) => {
		if (signal.aborted || error instanceof GoneError) {
			return;
		}

		log.debug({path, error: toError(error).message}, 'the watch was interrupted');
		await wallDelay(retryAfterMs, signal).catch(() => undefined);
	};

	const isCurrent = (items: readonly KubeObject[]) => items.length === known.size
		&& items.every(item => known.get(item.metadata.uid!)?.metadata.resourceVersion === item.metadata.resourceVersion);

	void run();
	return {
		started: started.promise,
		objects: () => [...known.values()],
		async caughtUp() {
			await started.promise;
			while (!signal.aborted) {
				const changed = wake.promise;
				const items = await listed(connection, path, query);
				if (items === undefined || isCurrent(items)) {
					return;
				}

				await Promise.race([changed, wallDelay(50, signal).catch(() => undefined)]);
			}
		},
	};
};

const changeTypes = {ADDED: 'add', MODIFIED: 'update', DELETED: 'delete'} as const satisfies Record<WatchType, Change['type']>;

const listed = async (connection: Connection, path: string, query: Record<string, string>) => {
	try {
		const {items} = await connection.list(path, query);
		return items;
	} catch (error) {
		if (isNotFound(error)) {
			return undefined;
		}

		throw error;
	}
};
