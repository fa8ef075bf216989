import {type KubeObject} from '../kube/object.ts';
import {type ServerContainer, type StatefulSet} from './target-object.ts';

/**
Labels that the official chart (`neo4j/neo4j`) puts on what it makes: the name that the servers of one cluster share, and one of each server.
*/
export const helmLabels = {
	name: 'helm.neo4j.com/neo4j.name',
	instance: 'helm.neo4j.com/instance',
	service: 'helm.neo4j.com/service',
} as const;

const releaseAnnotation = 'meta.helm.sh/release-name';

export type ServiceObject = KubeObject & {
	readonly spec?: {readonly ports?: ReadonlyArray<{readonly port: number; readonly targetPort?: number | string}>};
};

/** One release of the chart is one server: a StatefulSet of one Pod, with Services of its own. */
export type HelmServer = {readonly statefulSet: StatefulSet; readonly services: readonly ServiceObject[]};

/**
All servers that share a `neo4j.name`; of one of them, the oldest, the settings and the environment.
*/
export type Release = {
	readonly name: string;
	readonly namespace: string;
	/** The oldest first. */
	readonly servers: readonly HelmServer[];
	readonly settings: Readonly<Record<string, string>>;
	readonly environment: Readonly<Record<string, string>>;
};

/**
The servers that a name means, the oldest first: those that share it, else the cluster of the release of that name. `neo4j.name` is unique in a namespace, so that nothing else can be meant.
*/
export const releaseMembers = (all: readonly StatefulSet[], name: string): readonly StatefulSet[] => {
	const sharing = (shared: string | undefined) => all.filter(({metadata: {labels}}) => shared !== undefined && labels?.[helmLabels.name] === shared);
	const named = sharing(name);
	const members = named.length > 0 ? named : sharing(all.find(statefulSet => isOfRelease(statefulSet, name))?.metadata.labels?.[helmLabels.name]);
	return members.toSorted((a, b) => ageOf(a).localeCompare(ageOf(b)));
};

const isOfRelease = ({metadata: {labels, annotations}}: StatefulSet, name: string): boolean => labels?.[helmLabels.instance] === name || annotations?.[releaseAnnotation] === name;

const ageOf = ({metadata: {creationTimestamp, name}}: StatefulSet): string => `${creationTimestamp} ${name}`;

export const serverContainer = ({spec}: StatefulSet): ServerContainer | undefined => {
	const containers = spec?.template?.spec?.containers ?? [];
	return containers.find(({name}) => name === 'neo4j') ?? containers[0];
};

/**
The ConfigMaps that a server's settings and its environment come from, the strongest last.
*/
export const settingSources = (statefulSet: StatefulSet): {readonly files: readonly string[]; readonly environment: readonly string[]} => {
	const volumes = statefulSet.spec?.template?.spec?.volumes ?? [];
	const sources = volumes.find(({name}) => name === 'neo4j-conf')?.projected?.sources ?? [];
	return {
		files: sources.flatMap(({configMap}) => configMap ? [configMap.name] : []),
		environment: (serverContainer(statefulSet)?.envFrom ?? []).flatMap(({configMapRef}) => configMapRef ? [configMapRef.name] : []),
	};
};
