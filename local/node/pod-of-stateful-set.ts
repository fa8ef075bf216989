import {createHash} from 'node:crypto';
import {type V1PersistentVolumeClaim} from '@kubernetes/client-node';
import {type Claim, type Pod, type StatefulSet} from './workloads.ts';
import {controllerReference} from '#shared/kube/object.ts';

const revisionLabel = 'controller-revision-hash';

/**
The pod of a StatefulSet with that ordinal, as its controller makes it: the template with labels, host name and volumes of its own.
*/
export const podOfStatefulSet = (set: StatefulSet, ordinal: number): Pod => {
	const {template, serviceName} = set.spec;
	const {namespace, name: setName} = set.metadata;
	const name = `${setName}-${ordinal}`;
	const claimed = claimsOf(set, ordinal).map(([template, {metadata}]) => ({name: template, persistentVolumeClaim: {claimName: metadata.name}}));
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {
			...template.metadata?.annotations && {annotations: template.metadata.annotations},
			generateName: `${setName}-`,
			name,
			...(namespace && {namespace}),
			labels: {
				...template.metadata?.labels,
				[revisionLabel]: revisionOf(set),
				'apps.kubernetes.io/pod-index': String(ordinal),
				'statefulset.kubernetes.io/pod-name': name,
			},
			ownerReferences: [controllerReference(set)],
		},
		spec: {
			...template.spec!,
			hostname: name,
			...serviceName !== undefined && {subdomain: serviceName},
			volumes: [...claimed, ...(template.spec?.volumes ?? []).filter(volume => claimed.every(own => own.name !== volume.name))],
		},
	};
};

/**
The claims of the pod with that ordinal, each with the name of its template, which is that of the volume too.
*/
export const claimsOf = ({metadata: {namespace, name}, spec}: StatefulSet, ordinal: number): ReadonlyArray<readonly [template: string, claim: Claim]> =>
	(spec.volumeClaimTemplates ?? []).map((template: V1PersistentVolumeClaim) => {
		const {metadata, spec: claimed} = template;
		const claim: Claim = {
			apiVersion: 'v1',
			kind: 'PersistentVolumeClaim',
			metadata: {
				...metadata?.annotations && {annotations: metadata.annotations},
				name: `${metadata?.name ?? ''}-${name}-${ordinal}`,
				...(namespace && {namespace}),
				labels: {...metadata?.labels, ...spec.selector.matchLabels},
			},
			spec: claimed as NonNullable<Claim['spec']>,
		};
		return [metadata?.name ?? '', claim] as const;
	});

/**
The ordinal in the name of a pod, where that is one of the StatefulSet.
*/
export const ordinalOf = (set: StatefulSet, {metadata: {name}}: Pod): number | undefined => {
	const {parent, ordinal} = /^(?<parent>.+)-(?<ordinal>\d+)$/v.exec(name)?.groups ?? {};
	return parent === set.metadata.name ? Number(ordinal) : undefined;
};

/**
A name for the template as it is now. Kubernetes' own tell another hash, and an object that keeps the template, which is not kept here.
*/
export const revisionOf = ({metadata: {name}, spec: {template}}: StatefulSet): string =>
	`${name}-${createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10)}`;

/**
The revision of the template that a pod was made from.
*/
export const revisionOfPod = ({metadata: {labels}}: Pod): string | undefined => labels?.[revisionLabel];
