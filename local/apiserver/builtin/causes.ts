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
	...(previous && object.kind === 'Job' ? endCauses(object) : []),
];

/** A Job's end is announced before it is stated. */
const endCauses = ({status}: KubeObject): readonly Cause[] => {
	const conditions = new Set(listOf(toFields(status)['conditions']).filter(condition => condition['status'] === 'True').map(({type}) => type));
	return ([['Complete', 'SuccessCriteriaMet'], ['Failed', 'FailureTarget']] as const)
		.filter(([end, before]) => conditions.has(end) && !conditions.has(before))
		.map(([end, before]) => ({field: 'status.conditions', message: `Invalid value: cannot set ${end}=True condition without the ${before}=true condition`}));
};

type Check = (object: KubeObject) => readonly Cause[];

const required = (field: string, value: unknown): readonly Cause[] => value === undefined || value === '' ? [{field, message: 'Required value'}] : [];

const listOf = (value: unknown): readonly Fields[] => Array.isArray(value) ? value.filter(item => isFields(item)) : [];

const podCauses = (field: string, spec: Fields, claims: readonly unknown[] = []): readonly Cause[] => {
	const volumes = new Set([...claims, ...listOf(spec['volumes']).map(volume => volume['name'])]);
	return [
		...(listOf(spec['containers']).length === 0 ? [{field: `${field}.containers`, message: 'Required value'}] : []),
		...['initContainers', 'containers'].flatMap(list => listOf(spec[list]).flatMap((container, index) => containerCauses(`${field}.${list}[${index}]`, container, volumes))),
		...duplicates(`${field}.containers`, spec['containers']),
		...duplicates(`${field}.initContainers`, spec['initContainers'], spec['containers']),
		...duplicates(`${field}.volumes`, spec['volumes']),
	];
};

/** Names that occur twice in a list, or in one that comes before it. */
const duplicates = (field: string, list: unknown, before?: unknown): readonly Cause[] => {
	const names = [...listOf(before), ...listOf(list)].map(item => item['name']);
	const start = listOf(before).length;
	return names.flatMap((name, index) => index >= start && names.indexOf(name) !== index
		? [{field: `${field}[${index - start}].name`, message: `Duplicate value: ${JSON.stringify(name)}`}]
		: []);
};

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

const keyCauses: Check = object => Object.keys(toFields(object['data']))
	.filter(key => !/^[\-._a-zA-Z0-9]+$/v.test(key))
	.map(key => ({field: `data[${key}]`, message: `Invalid value: ${JSON.stringify(key)}: ${keyRule}`}));

const keyRule = 'a valid config key must consist of alphanumeric characters, \'-\', \'_\' or \'.\' '
	+ '(e.g. \'key.name\',  or \'KEY_NAME\',  or \'key-name\', regex used for validation is \'[-._a-zA-Z0-9]+\')';

const byKind: Readonly<Record<string, Check>> = {
	Pod: object => podCauses('spec', toFields(object['spec'])),
	Job: object => jobSpecCauses('spec', toFields(object['spec'])),
	CronJob: object => jobSpecCauses('spec.jobTemplate.spec', toFields(toFields(toFields(object['spec'])['jobTemplate'])['spec'])),
	StatefulSet: workloadCauses,
	Deployment: workloadCauses,
	ConfigMap: keyCauses,
	Secret: keyCauses,
	CustomResourceDefinition: definitionCauses,
};
