import {type Fields, isFields} from '../object.ts';

const texts = new WeakMap<Fields, string>();

/** What is stored is never changed but replaced, so its text can be kept: the same objects go into list after list. */
const textOf = (object: Fields): string => {
	const text = texts.get(object) ?? JSON.stringify(object);
	texts.set(object, text);
	return text;
};

type List = {readonly items: readonly Fields[]};

/** An object of a user's own kind may have such a field too, with anything in it. */
const isList = (body: Fields): body is Fields & List => typeof body['kind'] === 'string' && Array.isArray(body['items']) && body['items'].every(item => isFields(item));

/**
The JSON of an answer's body; that of a list is put together from the texts of its items.
*/
export const jsonOf = (body: unknown): string => {
	if (!isFields(body) || !isList(body)) {
		return JSON.stringify(body);
	}

	const {items, ...head} = body;
	return `${JSON.stringify(head).slice(0, -1)},"items":[${items.map(item => textOf(item)).join(',')}]}`;
};
