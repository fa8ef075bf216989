import {type Api} from '../api.ts';
import {ApiError} from '../api-error.ts';
import {type Fields, isFields} from '../object.ts';
import {type Resource} from '../resources.ts';
import {isObject, toPartial, toTable} from '../table/table.ts';
import {type WatchEvent} from '../read/watch.ts';
import {type Call} from './call.ts';
import {type Answer} from './answer.ts';

/**
How answers look in the form that the client prefers by its `Accept` header: a table (kubectl), metadata only, or as they are. A client that takes no JSON is refused with 406.
*/
export const representation = (api: Api, resource: Resource, call: Call): (answer: Answer) => Answer => {
	const convert = converter(api, resource, call);
	return answer => convert && !answer.stream ? converted(answer, convert) : answer;
};

const converted = (answer: Answer, convert: Convert): Answer => {
	if (!answer.watch) {
		return {...answer, body: convert(answer.body)};
	}

	const {watch} = answer;
	const convertedEvent = (event: WatchEvent): WatchEvent => event.type === 'ERROR' ? event : {...event, object: convert(event.object)};
	return {
		...answer,
		watch: {
			...watch,
			start(send) {
				watch.start(event => {
					send(convertedEvent(event));
				});
			},
			bookmark: watch.bookmark && (() => convertedEvent(watch.bookmark?.() ?? {type: 'BOOKMARK', object: {}})),
		},
	};
};

type Convert = (body: unknown) => unknown;

const converter = (api: Api, resource: Resource, call: Call): Convert | undefined => {
	const accepted = (call.headers.accept ?? '*/*').split(',').map(part => part.trim().toLowerCase());
	const form = accepted.map(part => formOf(part)).find(part => part !== undefined);
	if (form === undefined) {
		throw new ApiError(406, 'NotAcceptable', 'only the following media types are accepted: application/json');
	}

	switch (form) {
		case 'table': {
			return body => tableOf(api, resource, call, body);
		}

		case 'partialobjectmetadata':
		case 'partialobjectmetadatalist': {
			return body => partialOf(body);
		}

		default: {
			return undefined;
		}
	}
};

// Protobuf, which clients may prefer, is left to those who speak it.
const formOf = (mediaType: string): string | undefined => {
	const [type, ...parameters] = mediaType.split(';').map(part => part.trim());
	const as = parameters.find(parameter => parameter.startsWith('as='))?.slice(3);
	return type === 'application/json' || type === '*/*' || type === 'application/*' ? as ?? 'json' : undefined;
};

const tableOf = (api: Api, resource: Resource, call: Call, body: unknown): unknown => {
	const fields = isFields(body) ? body : {};
	const metadata = isFields(fields['metadata']) ? fields['metadata'] : {};
	const options = {include: call.query.get('includeObject') ?? 'Metadata', now: api.now()};
	if (Array.isArray(fields['items'])) {
		return toTable(resource, fields['items'].filter(item => isObject(item)), {...options, metadata});
	}

	if (isObject(body)) {
		return toTable(resource, [body], {...options, metadata: {resourceVersion: body.metadata.resourceVersion}});
	}

	return fields['kind'] === 'Status' ? body : toTable(resource, [], {...options, metadata});
};

const partialOf = (body: unknown): unknown => {
	const fields: Fields = isFields(body) ? body : {};
	if (Array.isArray(fields['items'])) {
		return {
			kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: fields['metadata'], items: fields['items'].filter(item => isObject(item)).map(item => toPartial(item)),
		};
	}

	return isObject(body) ? toPartial(body) : body;
};
