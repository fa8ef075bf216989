import {readFile} from 'node:fs/promises';
import {parse} from 'yaml';
import {isOnCluster} from '../e2e/suite-environment.ts';
import {realApiServer} from './real-api-server.ts';
import {crdFiles, type ApiServer} from './requests.ts';
import {startApiServer} from '#local/apiserver/server.ts';

export type Json = Record<string, unknown>;

export type Manifest = {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: {readonly name: string; readonly namespace?: string; readonly resourceVersion?: string} & Json;
	readonly spec: Json;
	readonly status?: Json;
};

export type Answer = {
	readonly code: number;
	readonly message: string;
	readonly causes: ReadonlyArray<{readonly field: string; readonly message: string}>;
	readonly object: Manifest;
};

export type CrdServer = {
	readonly close: () => Promise<void>;
	/** Creates the manifest as it is. */
	readonly create: (manifest: Manifest) => Promise<Answer>;
	/** Whether the manifest would be created; with `Strict`, also without unknown fields. */
	readonly tryCreate: (manifest: Manifest) => Promise<Answer>;
	/** Whether the stored object of that name would take a merge patch of its spec. */
	readonly tryEdit: (manifest: Manifest, spec: Json) => Promise<Answer>;
	/** Whether it would take a merge patch of its status. */
	readonly tryStatus: (manifest: Manifest, status: Json) => Promise<Answer>;
	/** Writes the status of a stored object. */
	readonly writeStatus: (manifest: Manifest, status: Json) => Promise<Answer>;
	/** The stored object of that name. */
	readonly read: (manifest: Manifest) => Promise<Answer>;
	/** Applies the CRD of a file, as an installation does, over the one that is there. */
	readonly applyDefinition: (path: string) => Promise<Answer>;
	/** What the server prints for `kubectl get`. */
	readonly table: (manifest: Manifest) => Promise<Table>;
	readonly get: (path: string) => Promise<Response>;
};

export type Table = {
	readonly columnDefinitions: ReadonlyArray<{readonly name: string; readonly priority: number}>;
	readonly rows: ReadonlyArray<{readonly cells: readonly unknown[]}>;
};

/**
The file of a CRD, or of an example, read from its path below the project's root.
*/
export const readManifest = async (path: string): Promise<Manifest> => parse(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')) as Manifest;

/**
An API server with both CRDs of the project: the embedded one, or with `npm run e2e` the real one of the cluster under test.
*/
export const startCrdServer = async (): Promise<CrdServer> => {
	const {request, close} = isOnCluster() ? await realApiServer() : await embeddedApiServer();
	const send = async (method: 'POST' | 'PATCH', path: string, body: unknown) => toAnswer(await request(path, {
		method, body: JSON.stringify(body), headers: {'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'},
	}));
	for (const name of ['neo4j', 'development', 'disaster-recovery']) {
		await send('POST', '/api/v1/namespaces', {apiVersion: 'v1', kind: 'Namespace', metadata: {name}});
	}

	return {
		close,
		create: async manifest => send('POST', `${collection(manifest)}?fieldValidation=Strict`, manifest),
		tryCreate: async manifest => send('POST', `${collection(manifest)}?fieldValidation=Strict&dryRun=All`, manifest),
		tryEdit: async (manifest, spec) => send('PATCH', `${collection(manifest)}/${manifest.metadata.name}?dryRun=All`, {spec}),
		tryStatus: async (manifest, status) => send('PATCH', `${collection(manifest)}/${manifest.metadata.name}/status?dryRun=All`, {status}),
		writeStatus: async (manifest, status) => send('PATCH', `${collection(manifest)}/${manifest.metadata.name}/status`, {status}),
		async applyDefinition(file) {
			const definition = await readManifest(file);
			return toAnswer(await request(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${definition.metadata.name}?fieldManager=installation&force=true`, {
				method: 'PATCH', body: JSON.stringify(definition), headers: {'content-type': 'application/apply-patch+yaml'},
			}));
		},
		read: async manifest => toAnswer(await request(`${collection(manifest)}/${manifest.metadata.name}`)),
		async table(manifest) {
			const response = await request(collection(manifest), {headers: {accept: 'application/json;as=Table;v=v1;g=meta.k8s.io'}});
			return await response.json() as Table;
		},
		get: async path => request(path),
	};
};

const embeddedApiServer = async (): Promise<ApiServer> => {
	const {url, close} = await startApiServer();
	const request: ApiServer['request'] = async (path, options) => fetch(url + path, options);
	for (const file of crdFiles) {
		await request('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
			method: 'POST', body: JSON.stringify(await readManifest(file)), headers: {'content-type': 'application/json'},
		});
	}

	return {request, close};
};

const collection = ({apiVersion, kind, metadata: {namespace = 'neo4j'}}: Manifest): string => `/apis/${apiVersion}/namespaces/${namespace}/${kind.toLowerCase()}s`;

const toAnswer = async (response: Response): Promise<Answer> => {
	const text = await response.text();
	// Of a kind that it does not serve a server says so in plain text.
	const body = (text.startsWith('{') ? JSON.parse(text) : {message: text}) as {message?: string; details?: Pick<Answer, 'causes'>};
	return {
		code: response.status, message: body.message ?? '', causes: body.details?.causes ?? [], object: body as unknown as Manifest,
	};
};
