import {Buffer} from 'node:buffer';
import {type Api, inVersion, type Target} from '../api.ts';
import {
	ApiError, badRequest, expired, tooLargeResourceVersion,
} from '../api-error.ts';
import {type KubeObject} from '../object.ts';
import {apiVersionOf, collectionOf} from '../resources.ts';
import {selection} from './selectors.ts';

export type List = {
	readonly kind: string;
	readonly apiVersion: string;
	readonly metadata: {readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number};
	readonly items: readonly KubeObject[];
};

type Position = {readonly revision: number; readonly after: string};

/** In a token that goes on after its own snapshot is gone: whatever is there now. */
const inconsistent = -1;

/**
A page of a collection, all pages of one snapshot. `limit` and `continue` page through it; a token whose snapshot is compacted away is 410 with one that goes on without consistency.
*/
export const list = (api: Api, target: Target, query: URLSearchParams): List => {
	const position = startOf(api, query);
	const {matches, isAll} = selection(target.resource, query);
	const limit = Number(query.get('limit') ?? 0) || Number.POSITIVE_INFINITY;
	const prefix = target.namespace === undefined ? '' : `${target.namespace}/`;
	const rest = snapshot(api, target, position)
		.filter(([key, object]) => key > position.after && key.startsWith(prefix) && matches(object));
	const page = rest.slice(0, limit);
	const remaining = rest.length - page.length;
	return {
		kind: `${target.resource.kind}List`,
		apiVersion: apiVersionOf(target.resource),
		metadata: {
			resourceVersion: String(position.revision),
			...(remaining > 0 && {continue: toToken({revision: position.revision, after: page.at(-1)?.[0] ?? ''}), ...(isAll && {remainingItemCount: remaining})}),
		},
		items: page.map(([, object]) => inVersion(object, target.resource)),
	};
};

const startOf = (api: Api, query: URLSearchParams): Position => {
	const current = api.storage.revision();
	const token = query.get('continue');
	if (token) {
		const position = fromToken(token);
		return position.revision === inconsistent ? {...position, revision: current} : position;
	}

	const asked = parseRevision(query);
	if (asked > current) {
		throw tooLargeResourceVersion(asked, current);
	}

	return {revision: query.get('resourceVersionMatch') === 'Exact' ? asked : current, after: ''};
};

const tooOld = [
	'The provided continue parameter is too old to display a consistent list result.',
	'You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results.',
	'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted',
	'between the time the first chunk was returned and now may show up in the list.',
].join(' ');

const snapshot = (api: Api, {resource}: Target, {revision, after}: Position): ReturnType<Api['storage']['list']> => {
	try {
		return api.storage.list(collectionOf(resource), revision);
	} catch (error) {
		if (error instanceof ApiError && error.code === 410 && after !== '') {
			throw expired(tooOld, toToken({revision: inconsistent, after}));
		}

		throw error;
	}
};

/**
The resourceVersion that a query names; 0 when it names none.
*/
export const parseRevision = (query: URLSearchParams): number => {
	const text = query.get('resourceVersion') ?? '';
	const revision = Number(text);
	if (!Number.isSafeInteger(revision) || revision < 0) {
		throw badRequest(`Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
	}

	return revision;
};

const toToken = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64url');

const fromToken = (token: string): Position => {
	try {
		const position = JSON.parse(Buffer.from(token, 'base64url').toString()) as Position;
		if (Number.isSafeInteger(position.revision) && typeof position.after === 'string') {
			return position;
		}
	} catch {
		// Said below.
	}

	throw badRequest('continue key is not valid');
};
