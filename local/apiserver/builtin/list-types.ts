import {type Fields} from '../object.ts';

const byKeys = (...keys: readonly string[]): Fields => ({'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys, 'x-kubernetes-patch-merge-key': keys[0]});
const set: Fields = {'x-kubernetes-list-type': 'set'};
const byName = byKeys('name');
const byType = byKeys('type');

/**
Which lists of builtin kinds are merged item by item, by patches and by server-side apply, and by which keys. Any other list is replaced as a whole.
*/
export const listTypes: Readonly<Record<string, Fields>> = {
	'V1ObjectMeta.finalizers': set,
	'V1ObjectMeta.ownerReferences': byKeys('uid'),
	'V1PodSpec.containers': byName,
	'V1PodSpec.initContainers': byName,
	'V1PodSpec.ephemeralContainers': byName,
	'V1PodSpec.volumes': byName,
	'V1PodSpec.imagePullSecrets': byName,
	'V1PodSpec.hostAliases': byKeys('ip'),
	'V1PodSpec.topologySpreadConstraints': byKeys('topologyKey', 'whenUnsatisfiable'),
	'V1Container.env': byName,
	'V1Container.ports': byKeys('containerPort', 'protocol'),
	'V1Container.volumeMounts': byKeys('mountPath'),
	'V1Container.volumeDevices': byKeys('devicePath'),
	'V1ServiceSpec.ports': byKeys('port', 'protocol'),
	'V1ServiceAccount.secrets': byName,
	'V1ServiceAccount.imagePullSecrets': byName,
	'V1PodStatus.conditions': byType,
	'V1JobStatus.conditions': byType,
	'V1StatefulSetStatus.conditions': byType,
	'V1DeploymentStatus.conditions': byType,
	'V1ReplicaSetStatus.conditions': byType,
	'V1ServiceStatus.conditions': byType,
	'V1NamespaceStatus.conditions': byType,
	'V1NodeStatus.conditions': byType,
	'V1PersistentVolumeClaimStatus.conditions': byType,
	'V1CustomResourceDefinitionStatus.conditions': byType,
};
