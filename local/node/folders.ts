import {join} from 'node:path';

/**
Where the node keeps what belongs to a pod, a container or a claim, below its state folder.
*/
export type Folders = {
	readonly pod: (uid: string) => string;
	readonly volume: (uid: string, volume: string) => string;
	/** The working directory of a container that names none. */
	readonly root: (uid: string, container: string) => string;
	readonly terminationLog: (uid: string, container: string) => string;
	/** What a container wrote to its outputs. It outlives the pod. */
	readonly log: (pod: {namespace: string; name: string; uid: string}, container: string) => string;
	/** The contents of a PersistentVolumeClaim. */
	readonly claim: (namespace: string, name: string) => string;
};

/**
The layout of the state folder: `pods/<uid>/…`, `logs/<namespace>_<pod>_<uid>/<container>.log`, `claims/<namespace>/<name>`.
*/
export const foldersIn = (state: string): Folders => {
	const pod = (uid: string) => join(state, 'pods', uid);
	return {
		pod,
		volume: (uid, volume) => join(pod(uid), 'volumes', volume),
		root: (uid, container) => join(pod(uid), 'root', container),
		terminationLog: (uid, container) => join(pod(uid), 'termination', container),
		log: ({namespace, name, uid}, container) => join(state, 'logs', `${namespace}_${name}_${uid}`, `${container}.log`),
		claim: (namespace, name) => join(state, 'claims', namespace, name),
	};
};
