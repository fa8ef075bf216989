import {type TargetKind} from './target-object.ts';

const boltPort = 7687;

/**
The names that the target's operator gives to what belongs to a cluster or a standalone.
*/
export const targetNames = (kind: TargetKind, name: string) => kind === 'Neo4jEnterpriseCluster'
	? {statefulSet: `${name}-server`, configMap: `${name}-config`, service: `${name}-client`}
	: {statefulSet: name, configMap: `${name}-config`, service: `${name}-client`};

/**
The backup addresses of the servers of a target, in the order of their ordinals.
*/
export const backupAddresses = ({kind, name, namespace, servers, port}: {
	readonly kind: TargetKind; readonly name: string; readonly namespace: string; readonly servers: number; readonly port: number;
}): string[] =>
	Array.from({length: servers}, (_, ordinal) =>
		`${targetNames(kind, name).statefulSet}-${ordinal}.${name}-headless.${namespace}.svc.cluster.local:${port}`);

/**
Where Bolt answers: where the target's status says, else at its client Service. Nothing in it is about encryption.
*/
export const boltURI = ({kind, name, namespace, endpoint}: {readonly kind: TargetKind; readonly name: string; readonly namespace: string; readonly endpoint: string | undefined}): string => {
	const host = /^(?:bolt|neo4j)(?:\+s|\+ssc)?:\/\/(?<host>[\w.\-]+)(?::(?<port>\d+))?$/v.exec(endpoint ?? '')?.groups;
	return host
		? `bolt://${host['host']}:${host['port'] ?? boltPort}`
		: `bolt://${targetNames(kind, name).service}.${namespace}.svc.cluster.local:${boltPort}`;
};
