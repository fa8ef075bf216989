import {Buffer} from 'node:buffer';
import {etcdAddress} from './components.ts';

/**
Makes etcd forget all history up to now. The API server keeps a part of it in memory for its watches, so that only one that is started after this answers an old resourceVersion with 410 Gone.
*/
export const compactHistory = async (): Promise<number> => {
	const {header} = await ask<{header: {revision: string}}>('range', {key: Buffer.from('/').toString('base64')});
	const revision = Number(header.revision);
	await ask('compaction', {revision, physical: true});
	return revision;
};

const ask = async <T>(action: string, body: Readonly<Record<string, unknown>>): Promise<T> => {
	const response = await fetch(`${etcdAddress}/v3/kv/${action}`, {method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(10_000)});
	const text = await response.text();
	if (!response.ok) {
		throw new Error(`etcd answered ${response.status} to ${action}: ${text}`);
	}

	return JSON.parse(text) as T;
};
