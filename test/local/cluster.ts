import {readFile} from 'node:fs/promises';
import type {ExecutionContext} from 'ava';
import {parseAllDocuments} from 'yaml';
import {connect, type Connection} from '#local/kube/connect.ts';
import {startApiServer, type ApiServer, type ServerOptions} from '#local/apiserver/server.ts';
import {type KubeObject} from '#shared/kube/object.ts';

export type Cluster = Connection & {
	readonly apiServer: ApiServer;
	readonly kubeconfig: string;
	/** Creates an object in namespace `test` unless it says otherwise. */
	readonly apply: <T = KubeObject>(object: Record<string, unknown>) => Promise<T>;
};

/**
An embedded API server with a namespace `test` and, if asked for, Knative's kinds, for one test.
*/
export const startCluster = async (t: ExecutionContext, {knative = false, ...options}: ServerOptions & {readonly knative?: boolean} = {}): Promise<Cluster> => {
	const apiServer = await startApiServer(options);
	const stopper = new AbortController();
	t.teardown(async () => {
		stopper.abort();
		await apiServer.close();
	});
	const kubeconfig = apiServer.kubeconfig();
	const connection = connect(kubeconfig, stopper.signal);
	if (knative) {
		const text = await readFile(new URL('../../local/eventing/crds.yaml', import.meta.url), 'utf8');
		await Promise.all(parseAllDocuments(text).map(async document => connection.client.create(document.toJS() as KubeObject)));
	}

	await connection.client.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'test'}});
	return {
		...connection,
		apiServer,
		kubeconfig,
		async apply<T>(object: Record<string, unknown>) {
			const {metadata, ...rest} = object as unknown as KubeObject;
			return await connection.client.create({...rest, metadata: {namespace: 'test', ...metadata}}) as T;
		},
	};
};
