import {type ClusterSettings} from './settings.ts';

/** Set for everything that belongs to a cluster and runs on this machine's own processes, to the cluster's state folder. */
export const clusterMarker = 'NEO4J_BACKUP_CLUSTER';

/**
Whether a process is of a cluster, by its environment as `/proc` shows it. Numbers of processes and namespaces say nothing: they are used again.
*/
export const belongsToCluster = (environment: string, {state}: Pick<ClusterSettings, 'state'>): boolean => environment.split('\0').includes(`${clusterMarker}=${state}`);

/**
What is mounted at a folder or below it, the innermost first, from `/proc/self/mountinfo`.
*/
export const mountsBelow = (folder: string, mountinfo: string): readonly string[] => {
	const points = mountinfo.split('\n').map(line => unescaped(line.split(' ')[4] ?? ''));
	return points.filter(point => point === folder || point.startsWith(`${folder}/`)).toSorted((one, other) => other.length - one.length);
};

/** Spaces and the like are octal there. */
const unescaped = (text: string): string => text.replaceAll(/\\(?<code>[0-7]{3})/gv, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 8)));

/**
The roots of all hierarchies of control groups: one each for the controllers of version 1, one for all in version 2, or both.
*/
export const cgroupHierarchies = (mountinfo: string): readonly string[] => {
	const points = mountinfo.split('\n').filter(line => / - cgroup2? /v.test(line)).map(line => unescaped(line.split(' ')[4]!));
	return [...new Set(points)];
};
