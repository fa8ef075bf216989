import {Buffer} from 'node:buffer';
import {type Upstream} from './upstream.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** All that an API server keeps lies between these two. */
const everything = {key: base64('/registry/'), range_end: base64('/registry0')};

/**
The keys of everything that an API server keeps in etcd.
*/
export const keysOf = async (etcd: string): Promise<readonly string[]> => {
	const {kvs = []} = await ask<{kvs?: ReadonlyArray<{key: string}>}>(etcd, 'range', {...everything, keys_only: true});
	return kvs.map(({key}) => Buffer.from(key, 'base64').toString('utf8'));
};

/** More operations at once etcd does not take. */
const most = 128;

/**
Takes everything away that was not there from the start. What holds an object back, finalizers and the contents of a namespace, is not asked: the next scenario needs an empty cluster, and at once. The API server and the controllers hear of it as of any other deletion.
*/
export const clean = async ({etcd, baseKeys}: Pick<Upstream, 'etcd' | 'baseKeys'>): Promise<void> => {
	const base = new Set(baseKeys);
	const keys = await keysOf(etcd);
	const surplus = keys.filter(key => !base.has(key) && !isOwn(key));
	for (let first = 0; first < surplus.length; first += most) {
		await ask(etcd, 'txn', {success: surplus.slice(first, first + most).map(key => ({request_delete_range: {key: base64(key)}}))});
	}
};

/** What the API server writes for itself whenever it likes. */
const isOwn = (key: string): boolean => /^\/registry\/(?:masterleases|leases\/kube-system|events\/kube-system|flowschemas|prioritylevelconfigurations|ranges|apiregistration\.k8s\.io)\//v.test(key);

const ask = async <T>(etcd: string, action: 'range' | 'txn', body: Readonly<Record<string, unknown>>): Promise<T> => {
	const response = await fetch(`${etcd}/v3/kv/${action}`, {method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(10_000)});
	const text = await response.text();
	if (!response.ok) {
		throw new Error(`etcd answered ${response.status} to ${action}: ${text}`);
	}

	return JSON.parse(text) as T;
};
