import {startHarness, type Harness} from './harness.ts';

/**
What an ApiServerSource for ConfigMaps has in its spec.
*/
export const configMaps = {resources: [{apiVersion: 'v1', kind: 'ConfigMap'}], mode: 'Resource'};

/**
Changes a ConfigMap of namespace `test`.
*/
export const change = async ({cluster}: Harness, name: string, colour: string) =>
	cluster.client.patch({
		apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name,
	}, {data: {colour}});

/**
Creates one.
*/
export const create = async ({cluster}: Harness, name: string, labels: Record<string, string> = {}) => cluster.apply({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, labels}});

/**
Deletes one.
*/
export const remove = async ({cluster}: Harness, name: string) => cluster.client.delete({
	apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name,
});

/**
What the broker took in: the kind of change and the name, in order.
*/
export const seen = ({eventing}: Harness) => eventing.events().map(({event: {attributes: {type, name}}}) => `${type!.split('.').at(-1)} ${name}`);

/**
A harness with a broker `main`.
*/
export const setUp = async (...[t, options]: Parameters<typeof startHarness>) => {
	const harness = await startHarness(t, options);
	await harness.broker('main');
	return harness;
};
