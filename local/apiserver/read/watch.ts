import {type Api, inVersion, type Target} from '../api.ts';
import {ApiError, invalid, tooLargeResourceVersion} from '../api-error.ts';
import {type KubeObject, withMetadata} from '../object.ts';
import {apiVersionOf, collectionOf} from '../resources.ts';
import {type Change} from '../storage/storage.ts';
import {list, parseRevision} from './list.ts';
import {type Matches, selection} from './selectors.ts';

export type WatchEvent = {readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'; readonly object: unknown};

export type Watch = {
	/** Sends what happened since the resourceVersion, then what happens, until it is closed. */
	readonly start: (send: (event: WatchEvent) => void) => void;
	readonly bookmark: (() => WatchEvent) | undefined;
	readonly timeoutSeconds: number | undefined;
	readonly close: () => void;
};

/**
A watch of a collection, ready to start. Without a resourceVersion it begins with every object as ADDED; with one that the history no longer reaches its only event is an ERROR with a 410 Status, upon which clients list again. An object that begins or ceases to match the selectors is ADDED or DELETED.
*/
export const watch = (api: Api, target: Target, query: URLSearchParams): Watch => {
	const {matches} = selection(target.resource, query);
	const from = parseRevision(query);
	refuse(api, query, from);
	const concerns = concernsOf(target, matches);
	let unsubscribe: (() => void) | undefined;
	return {
		start(send) {
			for (const event of backlog(api, {
				target, query, from, concerns,
			})) {
				send(event);
			}

			unsubscribe = api.storage.subscribe(change => {
				for (const event of concerns(change)) {
					send(event);
				}
			});
		},
		bookmark: query.get('allowWatchBookmarks') === 'true' ? () => bookmark(api, target) : undefined,
		timeoutSeconds: Number(query.get('timeoutSeconds') ?? 0) || undefined,
		close() {
			unsubscribe?.();
		},
	};
};

const refuse = (api: Api, query: URLSearchParams, from: number): void => {
	if (query.has('sendInitialEvents')) {
		const message = 'Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
		throw invalid({group: 'meta.k8s.io', kind: 'ListOptions'}, '', [{field: 'sendInitialEvents', message}]);
	}

	if (from > api.storage.revision()) {
		throw tooLargeResourceVersion(from, api.storage.revision());
	}
};

type Start = {readonly target: Target; readonly query: URLSearchParams; readonly from: number; readonly concerns: (change: Change) => readonly WatchEvent[]};

const backlog = (api: Api, {target, query, from, concerns}: Start): readonly WatchEvent[] => {
	if (from === 0) {
		const everything = new URLSearchParams([...query].filter(([name]) => name.endsWith('Selector')));
		return list(api, target, everything).items.map(object => ({type: 'ADDED', object}));
	}

	try {
		return api.storage.since(from).flatMap(change => concerns(change));
	} catch (error) {
		if (error instanceof ApiError) {
			return [{type: 'ERROR', object: error.toStatus()}];
		}

		throw error;
	}
};

/**
What a change is to those who look through a selector: it may come into their sight, change within it, or leave it.
*/
const concernsOf = ({resource, namespace}: Target, matches: Matches): (change: Change) => readonly WatchEvent[] => {
	const collection = collectionOf(resource);
	const isInSight = (object: KubeObject | undefined): object is KubeObject =>
		object !== undefined && (namespace === undefined || object.metadata.namespace === namespace) && matches(object);
	return change => {
		if (change.collection !== collection) {
			return [];
		}

		const was = isInSight(change.previous);
		const is = change.type !== 'DELETED' && isInSight(change.object);
		if (!was && !is) {
			return [];
		}

		const type = is ? (was ? 'MODIFIED' : 'ADDED') : 'DELETED';
		const object = is ? change.object : withMetadata(change.previous ?? change.object, {resourceVersion: String(change.revision)});
		return [{type, object: inVersion(object, resource)}];
	};
};

const bookmark = (api: Api, {resource}: Target): WatchEvent => ({
	type: 'BOOKMARK',
	object: {kind: resource.kind, apiVersion: apiVersionOf(resource), metadata: {resourceVersion: String(api.storage.revision()), creationTimestamp: null}},
});
