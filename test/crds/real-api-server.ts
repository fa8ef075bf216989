import {randomUUID} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {HttpMethod, RequestContext} from '@kubernetes/client-node';
import {fetch as fetchBy} from 'undici';
import {parse} from 'yaml';
import {clusterUnderTest} from '../e2e/suite-environment.ts';
import {until} from '../e2e/until.ts';
import {crdFiles, type ApiServer} from './requests.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';

/** The functions look at whatever is of their own group, all over the cluster. */
const groups = {theirs: 'neo4j.neo4j.com', ours: 'crd-suite.neo4j.com'} as const;

const apiVersion = 'apiextensions.k8s.io/v1';

type Definition = KubeObject & {readonly status?: {readonly conditions?: ReadonlyArray<{readonly type: string; readonly status: string}>}};

/**
The API server of the cluster under test, with the CRDs as they are in this checkout, but of a group of their own, and in namespaces of their own: their objects are no matter of the functions that may be installed. Whoever asks does not see the difference. The CRDs, and all objects with them, are gone at the end, and so are the namespaces, some seconds later.
*/
export const realApiServer = async (): Promise<ApiServer> => {
	const {kube, kubeConfig} = await clusterUnderTest();
	const context = new RequestContext(kubeConfig.getCurrentCluster()!.server, HttpMethod.GET);
	await kubeConfig.applySecurityAuthentication(context);
	const dispatcher = context.getDispatcher()!;
	const names: string[] = [];
	const mark = `-${randomUUID().slice(0, 8)}`;
	const namespaces = new Set<string>();
	for (const file of crdFiles) {
		const definition = parse(toOurs(await readFile(new URL(`../../${file}`, import.meta.url), 'utf8'))) as Manifest;
		const reference = {apiVersion, kind: 'CustomResourceDefinition', name: definition.metadata.name};
		await kube.patch(reference, definition, {type: 'apply', fieldManager: 'crd-suite', force: true});
		await until(async () => {
			const {status} = (await kube.get<Definition>(reference))!;
			return status?.conditions?.some(({type, status}) => type === 'Established' && status === 'True') ?? false;
		}, definition.metadata.name);
		names.push(definition.metadata.name);
	}

	return {
		async request(path, {method = 'GET', body, headers = {}} = {}) {
			const object = body === undefined ? undefined : inOwnNamespace(JSON.parse(toOurs(body)) as Manifest, mark);
			if (object?.kind === 'Namespace') {
				namespaces.add(object.metadata!.name);
			}

			const answer = await fetchBy(`${kubeConfig.getCurrentCluster()!.server}${toOurs(path).replace(/(?<=\/namespaces\/)[^\/?]+/v, namespace => namespace + mark)}`, {
				method, headers: {...context.getHeaders(), ...headers}, dispatcher, ...(object && {body: JSON.stringify(object)}),
			});
			return new Response(toTheirs(await answer.text()).replaceAll(mark, ''), {status: answer.status});
		},
		async close() {
			for (const name of names) {
				const reference = {apiVersion, kind: 'CustomResourceDefinition', name};
				await kube.delete(reference);
				await until(async () => await kube.get(reference) === undefined, `the end of ${name}`);
			}

			for (const name of namespaces) {
				await kube.delete({apiVersion: 'v1', kind: 'Namespace', name});
			}
		},
	};
};

const inOwnNamespace = (object: Partial<Manifest>, mark: string): Partial<Manifest> => {
	const {kind, metadata} = object;
	return {
		...object, ...(metadata && {
			metadata: {
				...metadata, ...(kind === 'Namespace' && {name: metadata.name + mark}), ...(metadata.namespace && {namespace: metadata.namespace + mark}),
			},
		}),
	};
};

const toOurs = (text: string): string => text.replaceAll(groups.theirs, groups.ours);
const toTheirs = (text: string): string => text.replaceAll(groups.ours, groups.theirs);
