import {type Cause} from '../api-error.ts';
import {definitionCauses} from '../custom-resources.ts';
import {
	type Fields, isFields, type KubeObject, toFields,
} from '../object.ts';
import {labelCauses} from '../write/metadata.ts';
import {podEditCauses} from './pod-edits.ts';

/**
Why a builtin object may not be stored, beyond its schema: mistakes in Pods and their templates that would otherwise stay hidden until they meet a real cluster.
*/
export const builtinCauses = (object: KubeObject, previous?: KubeObject): readonly Cause[] => [
	...(byKind[object.kind]?.(object) ?? []),
	...(previous && object.kind === 'Pod' ? podEditCauses(object, previous) : []),
];

type Check = (object: KubeObject) => readonly Cause[];

const required = (field: string, value: unknown): readonly Cause[] => value === undefined || value === '' ? [{field, message: 'Required value'}] : [];

const listOf = (value: unknown): readonly Fields[] => Array.isArray(value) ? value.filter(item => isFields(item)) : [];

const podCauses = (field: string, spec: Fields, claims: readonly unknown[] = []): readonly Cause[] => {
	const volumes = new Set([...claims, ...listOf(spec['volumes']).map(volume => volume['name'])]);
	return [
		...(listOf(spec['containers']).length === 0 ? [{field: `${field}.containers`, message: 'Required value'}] : []),
		...['initContainers', 'containers'].flatMap(list => listOf(spec[list]).flatMap((container, index) => containerCauses(`${field}.${list}[${index}]`, container, volumes))),
		...duplicates(`${field}.containers`, [...listOf(spec['initContainers']), ...listOf(spec['containers'])]),
		...duplicates(`${field}.volumes`, listOf(spec['volumes'])),
	];
};

const duplicates = (field: string, items: readonly Fields[]): readonly Cause[] => items
	.map(item => item['name'])
	.filter((name, index, names) => names.indexOf(name) !== index)
	.map(name => ({field: `${field}.name`, message: `Duplicate value: ${JSON.stringify(name)}`}));

const containerCauses = (field: string, container: Fields, volumes: ReadonlySet<unknown>): readonly Cause[] => [
	...required(`${field}.name`, container['name']),
	...required(`${field}.image`, container['image']),
	...listOf(container['env']).flatMap((variable, index) => required(`${field}.env[${index}].name`, variable['name'])),
	...listOf(container['volumeMounts']).flatMap((mount, index) => volumes.has(mount['name']) ? [] : [{field: `${field}.volumeMounts[${index}].name`, message: `Not found: ${JSON.stringify(mount['name'])}`}]),
	...listOf(container['volumeMounts']).flatMap((mount, index) => required(`${field}.volumeMounts[${index}].mountPath`, mount['mountPath'])),
];

const templateCauses = (field: string, template: unknown, claims: readonly unknown[] = []): readonly Cause[] => {
	const {metadata, spec} = toFields(template);
	return [
		...labelCauses(`${field}.labels`, toFields(toFields(metadata)['labels'])),
		...podCauses(`${field}.spec`, toFields(spec), claims),
	];
};

const jobSpecCauses = (field: string, {template, podFailurePolicy}: Fields): readonly Cause[] => {
	const policy = toFields(toFields(template)['spec'])['restartPolicy'];
	return [
		...(policy === 'Never' || policy === 'OnFailure' ? [] : [{field: `${field}.template.spec.restartPolicy`, message: 'Required value: valid values: "OnFailure", "Never"'}]),
		...(podFailurePolicy === undefined || policy === 'Never' ? [] : [{field: `${field}.template.spec.restartPolicy`, message: `Invalid value: ${JSON.stringify(policy)}: only "Never" is supported when podFailurePolicy is specified`}]),
		...templateCauses(`${field}.template`, template),
	];
};

const workloadCauses: Check = object => {
	const {selector, template, volumeClaimTemplates} = toFields(object['spec']);
	const wanted = Object.entries(toFields(toFields(selector)['matchLabels']));
	const labels = toFields(toFields(toFields(template)['metadata'])['labels']);
	return [
		...required('spec.selector', selector),
		...(wanted.every(([key, value]) => labels[key] === value) ? [] : [{field: 'spec.template.metadata.labels', message: `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``}]),
		// The Pods of a StatefulSet get a volume of each claim.
		...templateCauses('spec.template', template, listOf(volumeClaimTemplates).map(claim => toFields(claim['metadata'])['name'])),
	];
};

const secretCauses: Check = object => Object.entries(toFields(object['data']))
	.filter(([, value]) => !/^(?:[A-Za-z\d+\/]{4})*(?:[A-Za-z\d+\/]{2}==|[A-Za-z\d+\/]{3}=)?$/v.test(String(value)))
	.map(([key]) => ({field: `data[${key}]`, message: 'Invalid value: "<secret contents redacted>": illegal base64 data'}));

const byKind: Readonly<Record<string, Check>> = {
	Pod: object => podCauses('spec', toFields(object['spec'])),
	Job: object => jobSpecCauses('spec', toFields(object['spec'])),
	CronJob: object => jobSpecCauses('spec.jobTemplate.spec', toFields(toFields(toFields(object['spec'])['jobTemplate'])['spec'])),
	StatefulSet: workloadCauses,
	Deployment: workloadCauses,
	Secret: secretCauses,
	CustomResourceDefinition: definitionCauses,
};
