import {Buffer} from 'node:buffer';
import {randomInt, randomUUID} from 'node:crypto';
import {type Cause} from '../api-error.ts';
import {
	type KubeObject, type ObjectMeta, toTimestamp, withMetadata,
} from '../object.ts';
import {type Resource} from '../resources.ts';

/**
The object as it enters the storage for the first time: identity, clock and first generation are the server's, whatever the client sent.
*/
export const firstMetadata = (resource: Resource, object: KubeObject, now: Date): KubeObject => {
	const {name, generateName} = object.metadata;
	return withMetadata(object, {
		name: name || !generateName ? name : `${generateName.slice(0, 58)}${suffix()}`,
		uid: randomUUID(),
		creationTimestamp: toTimestamp(now),
		generation: resource.hasGeneration ? 1 : undefined,
		resourceVersion: undefined,
		deletionTimestamp: undefined,
		deletionGracePeriodSeconds: undefined,
	});
};

// The real server's alphabet: no vowels, nothing that looks like something else.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

const suffix = (): string => Array.from({length: 5}, () => alphabet[randomInt(alphabet.length)]).join('');

/**
The proposed object with those metadata fields that a client cannot change.
*/
export const keptMetadata = (proposed: KubeObject, current: KubeObject): KubeObject => {
	const {uid, creationTimestamp, generation, resourceVersion, deletionTimestamp, deletionGracePeriodSeconds, namespace, name} = current.metadata;
	return withMetadata(proposed, {
		name, namespace, uid, creationTimestamp, generation, resourceVersion, deletionTimestamp, deletionGracePeriodSeconds,
	});
};

/**
What is wrong with name, labels, annotations, owners and finalizers.
*/
export const metadataCauses = (resource: Resource, {metadata}: KubeObject): readonly Cause[] => [
	...nameCauses(resource, metadata),
	...labelCauses('metadata.labels', metadata.labels ?? {}),
	...annotationCauses(metadata.annotations ?? {}),
	...ownerCauses(metadata),
];

const subdomain = /^[a-z\d](?:[\-a-z\d]*[a-z\d])?(?:\.[a-z\d](?:[\-a-z\d]*[a-z\d])?)*$/v;
const label = /^[a-z\d](?:[\-a-z\d]*[a-z\d])?$/v;
const qualifiedName = /^[A-Za-z\d](?:[\-A-Za-z\d_.]*[A-Za-z\d])?$/v;

const nameCauses = ({group, kind}: Resource, {name}: ObjectMeta): readonly Cause[] => {
	const field = 'metadata.name';
	if (!name) {
		return [{field, message: 'Required value: name or generateName is required'}];
	}

	if (group === 'rbac.authorization.k8s.io') {
		return /[%\/]/v.test(name) ? [{field, message: `Invalid value: ${JSON.stringify(name)}: may not contain '/' or '%'`}] : [];
	}

	const short = group === '' && (kind === 'Namespace' || kind === 'Service');
	const limit = short ? 63 : 253;
	if (name.length > limit) {
		return [{field, message: `Invalid value: ${JSON.stringify(name)}: must be no more than ${limit} characters`}];
	}

	if (!(short ? label : subdomain).test(name)) {
		return [{field, message: `Invalid value: ${JSON.stringify(name)}: ${short ? labelRule : subdomainRule}`}];
	}

	return [];
};

const subdomainRule = String.raw`a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`;
const labelRule = 'a lowercase RFC 1123 label must consist of lower case alphanumeric characters or \'-\', and must start and end with an alphanumeric character '
	+ '(e.g. \'my-name\',  or \'123-abc\', regex used for validation is \'[a-z0-9]([-a-z0-9]*[a-z0-9])?\')';

/**
What is wrong with labels: keys are qualified names, values at most 63 characters of the same alphabet.
*/
export const labelCauses = (field: string, labels: Readonly<Record<string, unknown>>): readonly Cause[] => Object.entries(labels).flatMap(([key, value]) => [
	...keyCauses(field, key),
	...(typeof value === 'string' && value.length > 63 ? [{field, message: `Invalid value: ${JSON.stringify(value)}: must be no more than 63 characters`}] : []),
	...(typeof value === 'string' && (value === '' || qualifiedName.test(value)) ? [] : [{field, message: `Invalid value: ${JSON.stringify(value)}: ${valueRule}`}]),
]);

const valueRule = 'a valid label must be an empty string or consist of alphanumeric characters, \'-\', \'_\' or \'.\', and must start and end with an alphanumeric character '
	+ '(e.g. \'MyValue\',  or \'my_value\',  or \'12345\', regex used for validation is \'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\')';
const keyRule = 'name part must consist of alphanumeric characters, \'-\', \'_\' or \'.\', and must start and end with an alphanumeric character '
	+ '(e.g. \'MyName\',  or \'my.name\',  or \'123-abc\', regex used for validation is \'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\')';

const keyCauses = (field: string, key: string): readonly Cause[] => {
	const [name = '', prefix] = key.split('/').toReversed();
	const isValid = name.length <= 63 && qualifiedName.test(name) && (prefix === undefined || subdomain.test(prefix)) && key.split('/').length <= 2;
	return isValid ? [] : [{field, message: `Invalid value: ${JSON.stringify(key)}: ${keyRule}`}];
};

const annotationCauses = (annotations: Readonly<Record<string, unknown>>): readonly Cause[] => {
	const field = 'metadata.annotations';
	const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)), 0);
	return [
		...Object.keys(annotations).flatMap(key => keyCauses(field, key.toLowerCase())),
		...(size > 262_144 ? [{field, message: 'Too long: may not be more than 262144 bytes'}] : []),
	];
};

const ownerCauses = ({ownerReferences = []}: ObjectMeta): readonly Cause[] => [
	...ownerReferences.flatMap((owner, index) => (['apiVersion', 'kind', 'name', 'uid'] as const)
		.filter(name => !owner[name])
		.map(name => ({field: `metadata.ownerReferences[${index}].${name}`, message: `Invalid value: "": ${name} must not be empty`}))),
	...(ownerReferences.filter(owner => owner.controller).length > 1
		? [{field: 'metadata.ownerReferences', message: 'Invalid value: Only one reference can have Controller set to true'}]
		: []),
];
