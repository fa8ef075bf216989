import {applyPatch, type Operation} from 'rfc6902';
import {ApiError, badRequest, unsupportedMediaType} from '../api-error.ts';
import {
	type Call, contentType, parsed, textOf,
} from '../http/call.ts';
import {type Fields, isFields, type KubeObject} from '../object.ts';
import {type Resource} from '../resources.ts';
import {mergePatch} from './merge.ts';
import {strategicMerge} from './strategic-merge.ts';

export const applyType = 'application/apply-patch+yaml';

const json = 'application/json-patch+json';
const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';

/**
What a patch other than server-side apply makes of an object, by the content type of the request. Strategic merge patches of custom resources are 415, as everywhere.
*/
export const patched = (resource: Resource, call: Call): (current: KubeObject) => Fields => {
	const type = contentType(call);
	const patch = parsed(textOf(call), false);
	switch (type) {
		case json: {
			return current => applyOperations(current, patch);
		}

		case merge: {
			return current => mergePatch(current, asObject(patch));
		}

		case strategic: {
			if (!resource.isCustom) {
				return current => strategicMerge(resource.openApi(), current, asObject(patch));
			}

			throw unsupportedMediaType([json, merge, applyType]);
		}

		default: {
			throw unsupportedMediaType([json, merge, ...(resource.isCustom ? [] : [strategic]), applyType]);
		}
	}
};

const asObject = (patch: unknown): Fields => {
	if (!isFields(patch)) {
		throw badRequest('the patch is not an object');
	}

	return patch;
};

const applyOperations = (current: KubeObject, patch: unknown): Fields => {
	if (!Array.isArray(patch)) {
		throw badRequest('a JSON patch is a list of operations');
	}

	const object = structuredClone(current);
	if (applyPatch(object, patch as Operation[]).some(result => result !== null)) {
		throw new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request');
	}

	return object;
};
