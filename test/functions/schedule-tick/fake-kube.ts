import {AlreadyExistsError, ConflictError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

type EventObject = KubeObject & {readonly reason: string; readonly involvedObject: {readonly kind: string; readonly name: string}};

export type FakeKube = KubeClient & {
	readonly backup: (name: string) => Neo4jBackup;
	readonly write: (object: KubeObject) => void;
	readonly events: () => readonly EventObject[];
	/** How many requests of each verb there were, creations of Events left out. */
	readonly requests: () => Readonly<Record<string, number>>;
	/** The next status write finds that somebody else was there first. */
	readonly conflictOnce: () => void;
};

const keyOf = ({kind, namespace, name}: {kind: string; namespace?: string | undefined; name: string}): string => `${kind} ${namespace} ${name}`;

/**
Objects in memory behind the interface of the Kubernetes client, for what the tick asks of it, with a count of the requests that it would cost.
*/
export const fakeKube = (initial: readonly KubeObject[], now: () => Date): FakeKube => {
	const objects = new Map(initial.map(object => [keyOf({kind: object.kind, ...object.metadata}), object]));
	const counts = new Map<string, number>();
	const count = (verb: string) => {
		counts.set(verb, (counts.get(verb) ?? 0) + 1);
	};

	let isConflict = false;
	const refuse = async (): Promise<never> => {
		throw new Error('the tick does not do this');
	};

	const write = (object: KubeObject) => {
		objects.set(keyOf({kind: object.kind, ...object.metadata}), object);
	};

	return {
		async get<T extends KubeObject>(reference: Parameters<KubeClient['get']>[0]) {
			count('get');
			return objects.get(keyOf(reference)) as T | undefined;
		},
		async * list<T extends KubeObject>({kind}: Parameters<KubeClient['list']>[0], {pageSize = 500}: Parameters<KubeClient['list']>[1] = {}) {
			const all = [...objects.values()].filter(object => object.kind === kind) as T[];
			for (let from = 0; from === 0 || from < all.length; from += pageSize) {
				count('list');
				yield all.slice(from, from + pageSize);
			}
		},
		async create<T extends KubeObject>(object: T) {
			if (objects.has(keyOf({kind: object.kind, ...object.metadata}))) {
				throw new AlreadyExistsError(object.metadata.name);
			}

			write(object);
			return object;
		},
		async replaceStatus<T extends KubeObject>(object: T) {
			if (isConflict) {
				isConflict = false;
				throw new ConflictError('somebody else was first');
			}

			write(object);
			return object;
		},
		patch: refuse,
		delete: refuse,
		served: refuse,
		now: async () => now(),
		backup: name => objects.get(keyOf({kind: 'Neo4jBackup', namespace: 'n', name})) as Neo4jBackup,
		write,
		events: () => [...objects.values()].filter(({kind}) => kind === 'Event') as EventObject[],
		requests: () => Object.fromEntries(counts),
		conflictOnce() {
			isConflict = true;
		},
	};
};
