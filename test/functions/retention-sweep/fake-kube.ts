import {AlreadyExistsError, ConflictError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

type EventObject = KubeObject & {readonly reason: string; readonly type: string; readonly message: string};

export type FakeKube = KubeClient & {
	readonly backup: () => Neo4jBackup;
	/** Whether the CR is there. */
	readonly hasBackup: () => boolean;
	readonly write: (object: KubeObject) => void;
	readonly remove: (kind: string, name: string) => void;
	readonly events: () => readonly EventObject[];
	readonly jobs: () => readonly KubeObject[];
	/** Somebody else writes the CR's status before the next status write. */
	readonly interfere: (change: (backup: Neo4jBackup) => Neo4jBackup) => void;
};

const keyOf = (kind: string, name: string): string => `${kind} ${name}`;

/**
The objects of one namespace in memory behind the interface of the Kubernetes client, for what retention-sweep asks of it; a status write with an old resourceVersion is refused.
*/
export const fakeKube = (initial: readonly KubeObject[], now: () => Date): FakeKube => {
	const objects = new Map(initial.map(object => [keyOf(object.kind, object.metadata.name), object]));
	let version = 1;
	let interference: ((backup: Neo4jBackup) => Neo4jBackup) | undefined;
	const refuse = async (): Promise<never> => {
		throw new Error('retention-sweep does not do this');
	};

	const put = (object: KubeObject): KubeObject => {
		const written = {...object, metadata: {...object.metadata, uid: object.metadata.uid ?? `uid-${++version}`, resourceVersion: String(++version)}};
		objects.set(keyOf(object.kind, object.metadata.name), written);
		return written;
	};

	return {
		get: async <T extends KubeObject>({kind, name}: Parameters<KubeClient['get']>[0]) => objects.get(keyOf(kind, name)) as T | undefined,
		async create<T extends KubeObject>(object: T) {
			if (objects.has(keyOf(object.kind, object.metadata.name))) {
				throw new AlreadyExistsError(object.metadata.name);
			}

			return put(object) as T;
		},
		async replaceStatus<T extends KubeObject>(object: T) {
			const key = keyOf(object.kind, object.metadata.name);
			if (interference) {
				put(interference(objects.get(key) as Neo4jBackup));
				interference = undefined;
			}

			if (objects.get(key)?.metadata.resourceVersion !== object.metadata.resourceVersion) {
				throw new ConflictError('somebody else was first');
			}

			return put(object) as T;
		},
		list() {
			throw new Error('retention-sweep lists nothing');
		},
		async patch<T extends KubeObject>({kind, name}: Parameters<KubeClient['patch']>[0], {metadata}: Record<string, unknown>) {
			const object = objects.get(keyOf(kind, name))!;
			const {resourceVersion, ...changed} = metadata as {readonly resourceVersion?: string; readonly finalizers: readonly string[]};
			if (resourceVersion !== object.metadata.resourceVersion) {
				throw new ConflictError('somebody else was first');
			}

			const patched = put({...object, metadata: {...object.metadata, ...changed}}) as T;
			if (object.metadata.deletionTimestamp && changed.finalizers.length === 0) {
				objects.delete(keyOf(kind, name));
			}

			return patched;
		},
		async delete({kind, name}) {
			objects.delete(keyOf(kind, name));
		},
		served: refuse,
		now: async () => now(),
		backup: () => objects.get(keyOf('Neo4jBackup', 'daily')) as Neo4jBackup,
		hasBackup: () => objects.has(keyOf('Neo4jBackup', 'daily')),
		write(object) {
			put(object);
		},
		remove(kind, name) {
			objects.delete(keyOf(kind, name));
		},
		events: () => [...objects.values()].filter(({kind}) => kind === 'Event') as EventObject[],
		jobs: () => [...objects.values()].filter(({kind}) => kind === 'Job'),
		interfere(change) {
			interference = change;
		},
	};
};
