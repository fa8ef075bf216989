import {Buffer} from 'node:buffer';
import {establishedStatus} from '../custom-resources.ts';
import {
	type Fields, type KubeObject, toFields, toTimestamp, withMetadata,
} from '../object.ts';
import {qualityOfService} from './quality-of-service.ts';
import {withCanonicalQuantities} from './quantities.ts';
import {podSpecDefaults, templateDefaults} from './pod-defaults.ts';

/**
What the real server fills in for a builtin kind, as far as users, nodes and functions see it.
*/
export const applyBuiltinDefaults = (object: KubeObject, now: Date): KubeObject => {
	const canonical = haveQuantities.has(object.kind) ? withCanonicalQuantities(object) : object;
	return byKind[object.kind]?.(canonical, now) ?? canonical;
};

const haveQuantities = new Set(['Pod', 'Job', 'CronJob', 'StatefulSet', 'Deployment', 'ReplicaSet', 'PersistentVolumeClaim', 'PersistentVolume', 'Node']);

type Defaults = (object: KubeObject, now: Date) => KubeObject;

const spec = (object: KubeObject): Fields => toFields(object['spec']);

const withSpec = (object: KubeObject, defaults: Fields, derived: Fields = {}): KubeObject => ({...object, spec: {...defaults, ...spec(object), ...derived}});

const withStatus = (object: KubeObject, defaults: Fields): KubeObject => ({...object, status: {...defaults, ...toFields(object['status'])}});

const base64 = (text: unknown): string => Buffer.from(String(text)).toString('base64');

const pod: Defaults = (object, now) => {
	const completed = podSpecDefaults(spec(object));
	return withStatus({...object, spec: completed}, {phase: 'Pending', ...gated(completed, now), qosClass: qualityOfService(completed)});
};

const gated = ({schedulingGates}: Fields, now: Date): Fields => Array.isArray(schedulingGates) && schedulingGates.length > 0
	? {
		conditions: [{
			type: 'PodScheduled', status: 'False', lastTransitionTime: toTimestamp(now), reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates',
		}],
	}
	: {};

const secret: Defaults = object => {
	const {stringData, ...rest} = object;
	const encoded = Object.fromEntries(Object.entries(toFields(stringData)).map(([key, text]) => [key, base64(text)]));
	return {
		type: 'Opaque',
		...rest,
		apiVersion: object.apiVersion,
		kind: object.kind,
		metadata: object.metadata,
		...((stringData ?? object['data']) !== undefined && {data: {...toFields(object['data']), ...encoded}}),
	};
};

const namespace: Defaults = object => {
	const labelled = withMetadata(object, {labels: {...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name}});
	return withStatus(withSpec(labelled, object.metadata.deletionTimestamp ? {} : {finalizers: ['kubernetes']}), {phase: 'Active'});
};

// As the real strategy does, the Pods of a Job are told apart by its uid, under the old and the new names of the labels.
const job: Defaults = object => {
	const own = {
		'batch.kubernetes.io/controller-uid': object.metadata.uid ?? '',
		'batch.kubernetes.io/job-name': object.metadata.name,
		'controller-uid': object.metadata.uid ?? '',
		'job-name': object.metadata.name,
	};
	const isManual = spec(object)['manualSelector'] === true;
	return withStatus(withSpec(object, {
		backoffLimit: 6, completionMode: 'NonIndexed', completions: 1, parallelism: 1, suspend: false, podReplacementPolicy: spec(object)['podFailurePolicy'] ? 'Failed' : 'TerminatingOrFailed',
	}, {
		template: templateDefaults(spec(object)['template'], isManual ? {} : own),
		...(!isManual && {selector: {matchLabels: {'batch.kubernetes.io/controller-uid': own['controller-uid']}}}),
	}), {});
};

const cronJob: Defaults = object => {
	const jobTemplate = toFields(spec(object)['jobTemplate']);
	const jobSpec = toFields(jobTemplate['spec']);
	return withStatus(withSpec(object, {
		concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1,
	}, {jobTemplate: {...jobTemplate, spec: {...jobSpec, template: templateDefaults(jobSpec['template'], {})}}}), {});
};

const workload = (defaults: Fields): Defaults => object =>
	withStatus(withSpec(object, {replicas: 1, revisionHistoryLimit: 10, ...defaults}, {template: templateDefaults(spec(object)['template'], {})}), {replicas: 0});

/** Its claims are whole objects in its spec. */
const statefulSet: Defaults = (object, now) => {
	const completed = workload({
		podManagementPolicy: 'OrderedReady', updateStrategy: {type: 'RollingUpdate', rollingUpdate: {partition: 0}}, persistentVolumeClaimRetentionPolicy: {whenDeleted: 'Retain', whenScaled: 'Retain'},
	})(object, now);
	const {volumeClaimTemplates} = spec(object);
	return withStatus(Array.isArray(volumeClaimTemplates) ? withSpec(completed, {}, {volumeClaimTemplates: volumeClaimTemplates.map(template => claimTemplate(toFields(template)))}) : completed, {availableReplicas: 0});
};

const claimTemplate = (template: Fields): Fields => ({
	kind: 'PersistentVolumeClaim', apiVersion: 'v1', ...template, spec: {volumeMode: 'Filesystem', ...toFields(template['spec'])}, status: {phase: 'Pending', ...toFields(template['status'])},
});

const service: Defaults = object => {
	const {ports} = spec(object);
	return withStatus(withSpec(object, {type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster'}, {
		...(Array.isArray(ports) && {ports: ports.map(port => ({protocol: 'TCP', targetPort: toFields(port)['port'], ...toFields(port)}))}),
	}), {loadBalancer: {}});
};

const definition: Defaults = (object, now) => {
	const isServable = Array.isArray(spec(object)['versions']) && typeof toFields(spec(object)['names'])['kind'] === 'string';
	const completed = withSpec(object, {conversion: {strategy: 'None'}});
	return isServable ? {...completed, status: establishedStatus(completed, toTimestamp(now))} : completed;
};

const byKind: Readonly<Record<string, Defaults>> = {
	Namespace: namespace,
	Pod: pod,
	Secret: secret,
	Service: service,
	PersistentVolumeClaim: object => withStatus(withSpec(object, {volumeMode: 'Filesystem'}), {phase: 'Pending'}),
	Job: job,
	CronJob: cronJob,
	StatefulSet: statefulSet,
	Deployment: workload({progressDeadlineSeconds: 600, strategy: {type: 'RollingUpdate', rollingUpdate: {maxSurge: '25%', maxUnavailable: '25%'}}}),
	CustomResourceDefinition: definition,
};
