import {
	isFields, type Fields, type KubeObject, toFields,
} from '../object.ts';
import {type Column} from './column.ts';
import {ageOf, humanDuration} from './age.ts';
import {podReady, podRestarts, podStatus} from './pod-cells.ts';

/**
The columns beside the name that kubectl shows of a builtin kind; its age, where nothing better is known.
*/
export const builtinColumns = (kind: string): readonly Column[] => byKind[kind] ?? [age];

type Cell = Column['cell'];

const column = (name: string, cell: Cell, priority = 0): Column => ({
	name, type: 'string', format: '', description: name, priority, cell,
});

const wide = (name: string, cell: Cell): Column => column(name, cell, 1);

const age = column('Age', ({metadata}, now) => ageOf(metadata.creationTimestamp, now));
const createdAt = column('Created At', ({metadata}) => metadata.creationTimestamp);

const spec = (object: KubeObject): Fields => toFields(object['spec']);
const status = (object: KubeObject): Fields => toFields(object['status']);
const listOf = (value: unknown): readonly Fields[] => Array.isArray(value) ? value.filter(item => isFields(item)) : [];
const text = (value: unknown): string => typeof value === 'string' || typeof value === 'number' ? String(value) : '<none>';
const count = (value: unknown): number => typeof value === 'number' ? value : 0;
const size = (value: unknown): number => Object.keys(toFields(value)).length;
const labels = (value: unknown): string => Object.entries(toFields(value)).map(([key, label]) => `${key}=${String(label)}`).join(',') || '<none>';

const containers = (object: KubeObject, field: string): string => listOf(toFields(toFields(spec(object)['template'])['spec'])['containers']).map(container => container[field]).join(',');
const templateColumns = [wide('Containers', object => containers(object, 'name')), wide('Images', object => containers(object, 'image'))];
const selector = wide('Selector', object => labels(toFields(spec(object)['selector'])['matchLabels']));
const ready = column('Ready', object => `${count(status(object)['readyReplicas'])}/${count(spec(object)['replicas'])}`);

const jobStates = [['Complete', 'Complete'], ['Failed', 'Failed'], ['', 'Terminating'], ['Suspended', 'Suspended'], ['FailureTarget', 'FailureTarget'], ['SuccessCriteriaMet', 'SuccessCriteriaMet']] as const;

const jobStatus: Cell = object => {
	const isTrue = (type: string): boolean => listOf(status(object)['conditions']).some(condition => condition['type'] === type && condition['status'] === 'True');
	return jobStates.find(([type]) => type === '' ? object.metadata.deletionTimestamp !== undefined : isTrue(type))?.[1] ?? 'Running';
};

const jobDuration: Cell = (object, now) => {
	const {startTime, completionTime} = status(object);
	return typeof startTime === 'string' ? humanDuration((typeof completionTime === 'string' ? Date.parse(completionTime) : now.getTime()) - Date.parse(startTime)) : '';
};

const regarding: Cell = object => {
	const {kind, name} = toFields(object['involvedObject']);
	return `${text(kind).toLowerCase()}/${text(name)}`;
};

const source: Cell = object => {
	const {component, host} = toFields(object['source']);
	return [component ?? object['reportingComponent'], host].filter(part => typeof part === 'string' && part !== '').join(', ');
};

// Newer clients leave the old fields empty and fill `eventTime` and `series`.
const seen = (object: KubeObject, now: Date, ...timestamps: readonly unknown[]): string => ageOf([...timestamps, object['eventTime']].find(time => typeof time === 'string'), now);

const ports: Cell = object => listOf(spec(object)['ports']).map(port => `${text(port['port'])}${port['nodePort'] === undefined ? '' : `:${text(port['nodePort'])}`}/${text(port['protocol'])}`).join(',') || '<none>';

const modes: Readonly<Record<string, string>> = {
	ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP',
};

const accessModes: Cell = object => {
	const list = status(object)['accessModes'];
	return Array.isArray(list) ? list.map(mode => modes[String(mode)]).join(',') : '';
};

const role: Cell = object => {
	const {kind, name} = toFields(object['roleRef']);
	return `${text(kind)}/${text(name)}`;
};

const byKind: Readonly<Record<string, readonly Column[]>> = {
	Namespace: [column('Status', object => status(object)['phase']), age],
	Pod: [
		column('Ready', podReady),
		column('Status', podStatus),
		column('Restarts', podRestarts),
		age,
		wide('IP', object => text(status(object)['podIP'])),
		wide('Node', object => text(spec(object)['nodeName'])),
	],
	Job: [
		column('Status', jobStatus),
		column('Completions', object => `${count(status(object)['succeeded'])}/${count(spec(object)['completions'])}`),
		column('Duration', jobDuration),
		age,
		...templateColumns,
		selector,
	],
	CronJob: [
		column('Schedule', object => spec(object)['schedule']),
		column('Timezone', object => text(spec(object)['timeZone'])),
		column('Suspend', object => spec(object)['suspend'] === true ? 'True' : 'False'),
		column('Active', object => listOf(status(object)['active']).length),
		column('Last Schedule', (object, now) => status(object)['lastScheduleTime'] === undefined ? '<none>' : ageOf(status(object)['lastScheduleTime'], now)),
		age,
	],
	Event: [
		column('Last Seen', (object, now) => seen(object, now, toFields(object['series'])['lastObservedTime'], object['lastTimestamp'], object['firstTimestamp'])),
		column('Type', object => object['type']),
		column('Reason', object => object['reason']),
		column('Object', regarding),
		wide('Subobject', object => toFields(object['involvedObject'])['fieldPath'] ?? ''),
		wide('Source', source),
		column('Message', ({message}) => typeof message === 'string' ? message.trim() : ''),
		wide('First Seen', (object, now) => seen(object, now, object['firstTimestamp'])),
		wide('Count', object => object['count'] ?? toFields(object['series'])['count'] ?? 1),
		wide('Name', object => object.metadata.name),
	],
	Service: [
		column('Type', object => spec(object)['type']),
		column('Cluster-IP', object => text(spec(object)['clusterIP'])),
		column('External-IP', object => text(spec(object)['externalName'])),
		column('Port(s)', ports),
		age,
		wide('Selector', object => labels(spec(object)['selector'])),
	],
	StatefulSet: [ready, age, ...templateColumns],
	Deployment: [
		ready,
		column('Up-to-date', object => count(status(object)['updatedReplicas'])),
		column('Available', object => count(status(object)['availableReplicas'])),
		age,
		...templateColumns,
		selector,
	],
	Secret: [column('Type', object => object['type']), column('Data', object => size(object['data'])), age],
	ConfigMap: [column('Data', object => size(object['data']) + size(object['binaryData'])), age],
	ServiceAccount: [column('Secrets', object => listOf(object['secrets']).length), age],
	PersistentVolumeClaim: [
		column('Status', object => object.metadata.deletionTimestamp === undefined ? status(object)['phase'] : 'Terminating'),
		column('Volume', object => spec(object)['volumeName'] ?? ''),
		column('Capacity', object => toFields(status(object)['capacity'])['storage'] ?? ''),
		column('Access Modes', accessModes),
		column('StorageClass', object => spec(object)['storageClassName'] ?? ''),
		age,
		wide('VolumeMode', object => spec(object)['volumeMode']),
	],
	Role: [createdAt],
	ClusterRole: [createdAt],
	RoleBinding: [column('Role', role), age],
	ClusterRoleBinding: [column('Role', role), age],
	CustomResourceDefinition: [createdAt],
};
