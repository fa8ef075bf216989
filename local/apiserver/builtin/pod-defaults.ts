import {type Fields, isFields, toFields} from '../object.ts';

/**
A Pod template with its defaults and, added to its labels, those of its owner.
*/
export const templateDefaults = (template: unknown, labels: Fields): Fields => {
	const {metadata, spec, ...rest} = toFields(template);
	const given = toFields(metadata);
	const merged = {...toFields(given['labels']), ...labels};
	return {
		...rest,
		metadata: {...given, ...(Object.keys(merged).length > 0 && {labels: merged})},
		spec: podSpecDefaults(toFields(spec)),
	};
};

/**
A Pod's spec with its defaults.
*/
export const podSpecDefaults = (spec: Fields): Fields => ({
	restartPolicy: 'Always',
	dnsPolicy: 'ClusterFirst',
	schedulerName: 'default-scheduler',
	terminationGracePeriodSeconds: 30,
	securityContext: {},
	...spec,
	...accountDefaults(spec),
	...lists(spec, ['containers', 'initContainers'], containerDefaults),
	...lists(spec, ['volumes'], volumeDefaults),
});

// The deprecated field mirrors the other one, in Pods and templates alike.
const accountDefaults = (spec: Fields): Fields => {
	const account = spec['serviceAccountName'] ?? spec['serviceAccount'];
	return account === undefined ? {} : {serviceAccountName: account, serviceAccount: account};
};

const lists = (spec: Fields, names: readonly string[], complete: (item: Fields) => Fields): Fields => Object.fromEntries(names.flatMap(name => {
	const items: unknown = spec[name];
	return Array.isArray(items) ? [[name, items.map((item: unknown) => isFields(item) ? complete(item) : item)]] : [];
}));

const containerDefaults = (container: Fields): Fields => ({
	imagePullPolicy: /:latest$|^[^:@]+$/v.test(String(container['image']).split('/').at(-1) ?? '') ? 'Always' : 'IfNotPresent',
	resources: {},
	terminationMessagePath: '/dev/termination-log',
	terminationMessagePolicy: 'File',
	...container,
	...lists(container, ['ports'], port => ({protocol: 'TCP', ...port})),
	...lists(container, ['env'], environmentDefaults),
});

const environmentDefaults = (variable: Fields): Fields => {
	const source = toFields(variable['valueFrom']);
	return isFields(source['fieldRef'])
		? {...variable, valueFrom: {...source, fieldRef: {apiVersion: 'v1', ...source['fieldRef']}}}
		: variable;
};

const modes = new Set(['secret', 'configMap', 'projected', 'downwardAPI']);

const volumeDefaults = (volume: Fields): Fields => {
	const withModes = Object.entries(volume).map(([name, source]) => [name, modes.has(name) ? {defaultMode: 420, ...toFields(source)} : (name === 'ephemeral' ? templateOfClaim(toFields(source)) : source)]);
	return Object.fromEntries(withModes) as Fields;
};

/** The claim that is made for a Pod alone, like any other. */
const templateOfClaim = (ephemeral: Fields): Fields => {
	const {metadata = {}, spec} = toFields(ephemeral['volumeClaimTemplate']);
	return {...ephemeral, volumeClaimTemplate: {metadata, spec: {volumeMode: 'Filesystem', ...toFields(spec)}}};
};
