import type {ExecutionContext} from 'ava';
import type {CrdServer, Json, Manifest} from './api-server.ts';
import {mergePatch} from '#local/apiserver/patch/merge.ts';

/**
A way to spoil a good manifest, or several of one kind: a merge patch of its spec, the field that the API server must name, and a part of the message, which says what to do.
*/
export type Refusal = readonly [title: string, specs: Json | readonly Json[], field: string, says: string];

/**
The manifest with a merge patch put on its spec.
*/
export const patched = (manifest: Manifest, spec: Json): Manifest => mergePatch(manifest, {spec}) as Manifest;

/**
Proves that the API server refuses the manifest with 422, naming the field, with these words.
*/
export const refuses = async (t: ExecutionContext, answer: ReturnType<CrdServer['tryCreate']>, field: string, says: string): Promise<void> => {
	const {code, message, causes} = await answer;
	t.is(code, 422, message);
	t.true(causes.some(cause => cause.field === field && cause.message.includes(says)), message);
	t.true(message.includes(`${field}: `), message);
};

/**
Proves that the API server accepts the manifest with all its fields, and gives what it would store.
*/
export const accepts = async (t: ExecutionContext, answer: ReturnType<CrdServer['tryCreate']>): Promise<Manifest> => {
	const {code, message, object} = await answer;
	t.true(code === 200 || code === 201, message);
	return object;
};
