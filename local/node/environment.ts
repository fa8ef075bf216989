import {Buffer} from 'node:buffer';
import {type V1EnvVar} from '@kubernetes/client-node';
import {expand} from './expand.ts';
import {imageEnvironment, type Image} from './images.ts';
import {ContainerConfigError, type Lookups} from './lookups.ts';
import {podField} from './pod-field.ts';
import {type Container, type Pod} from './workloads.ts';

/**
A container's environment: the image's variables, HOSTNAME, `envFrom`, then `env` in order. Nothing of the node's own environment. A Secret, ConfigMap or key that is missing and not optional is a `ContainerConfigError`.
*/
export const containerEnvironment = async (pod: Pod, container: Container, {image, lookups}: {image: Image; lookups: Lookups}): Promise<Record<string, string>> => {
	const environment: Record<string, string> = {
		...imageEnvironment(image),
		HOSTNAME: pod.spec.hostname ?? pod.metadata.name,
		...await fromObjects(container, lookups),
	};
	for (const variable of container.env ?? []) {
		const value = await valueOf(pod, variable, {environment, lookups});
		if (value !== undefined) {
			environment[variable.name] = value;
		}
	}

	return environment;
};

const fromObjects = async ({envFrom = []}: Container, lookups: Lookups): Promise<Record<string, string>> => {
	const found: Record<string, string> = {};
	for (const {prefix = '', secretRef, configMapRef} of envFrom) {
		const reference = secretRef ?? configMapRef;
		const entries = reference && await lookups.entries(secretRef ? 'Secret' : 'ConfigMap', reference.name ?? '', reference.optional);
		for (const [key, value] of entries ?? []) {
			found[`${prefix}${key}`] = Buffer.from(value).toString();
		}
	}

	return found;
};

const valueOf = async (pod: Pod, {value, valueFrom}: V1EnvVar, {environment, lookups}: {environment: Record<string, string>; lookups: Lookups}): Promise<string | undefined> => {
	if (!valueFrom) {
		return expand(value ?? '', environment);
	}

	if (valueFrom.fieldRef) {
		return podField(pod, valueFrom.fieldRef.fieldPath);
	}

	const kind = valueFrom.secretKeyRef ? 'Secret' : 'ConfigMap';
	const reference = valueFrom.secretKeyRef ?? valueFrom.configMapKeyRef;
	if (!reference) {
		throw new ContainerConfigError(`the embedded node does not know ${Object.keys(valueFrom).join(', ')} of an environment variable`);
	}

	const entries = await lookups.entries(kind, reference.name ?? '', reference.optional);
	const entry = entries?.get(reference.key);
	if (!entry && !reference.optional) {
		throw new ContainerConfigError(`couldn't find key ${reference.key} in ${kind} ${pod.metadata.namespace}/${reference.name}`);
	}

	return entry && Buffer.from(entry).toString();
};
