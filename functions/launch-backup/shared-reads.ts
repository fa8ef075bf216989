import {type KubeClient} from '#shared/kube/client.ts';
import {referenceOf, type KubeObject, type Reference} from '#shared/kube/object.ts';
import {resourcePath} from '#shared/kube/resource-path.ts';

/** For so long a read counts, from the moment that it begins. */
const lifeMs = 1000;

/** And what it found, Secrets among it, stays in memory no longer than this. */
const keptMs = 10_000;

export type RunReads = {
	readonly kube: KubeClient;
	/** Whether something that was read for another run was given to this one. */
	readonly borrowed: () => boolean;
};

export type SharedReads = {
	/** The client for what one run looks up. */
	readonly forRun: () => RunReads;
};

type Held = {readonly at: number; readonly object: Promise<KubeObject | undefined>};

/**
Objects that many runs of one minute look at: a target with what belongs to it, a Secret, the ServiceAccount. Each is read once a second for all runs of this process that look for it by its name; who comes while a read is under way waits for its answer. A write through this client ends what is held of its object.

So a run may rest on something as it was up to a second ago. That is for runs that a schedule starts, and only to let them go ahead: what they read may change right after being read anyway, and nobody starts such a run because of something just changed. It is not for a run that somebody asked for, who expects what was done before to count; not for the reason that a user is told why nothing starts (`borrowed` says that it has to be found again without this); and never for the Neo4jBackup itself or the Job.

`monotonic` counts milliseconds; given by tests.
*/
export const createSharedReads = (kube: KubeClient, monotonic: () => number = () => performance.now()): SharedReads => {
	const held = new Map<string, Held>();

	const read = (path: string, reference: Reference): Held => {
		const entry = {at: monotonic(), object: kube.get(reference)};
		held.set(path, entry);
		const forget = (): void => {
			if (held.get(path) === entry) {
				held.delete(path);
			}
		};

		setTimeout(forget, keptMs).unref();
		entry.object.catch(forget);
		return entry;
	};

	const writing = async <T>(reference: Reference, write: Promise<T>): Promise<T> => {
		try {
			return await write;
		} finally {
			held.delete(resourcePath(reference));
		}
	};

	return {
		forRun() {
			let borrowed = false;
			return {
				borrowed: () => borrowed,
				kube: {
					...kube,
					async get<T extends KubeObject>(reference: Reference) {
						const path = resourcePath(reference);
						const found = held.get(path);
						const isFresh = found !== undefined && monotonic() - found.at < lifeMs;
						borrowed ||= isFresh;
						const {object} = isFresh ? found : read(path, reference);
						return object as Promise<T | undefined>;
					},
					create: async object => writing(referenceOf(object), kube.create(object)),
					replaceStatus: async object => writing(referenceOf(object), kube.replaceStatus(object)),
					patch: async (reference, ...rest) => writing(reference, kube.patch(reference, ...rest)),
					delete: async (reference, ...rest) => writing(reference, kube.delete(reference, ...rest)),
				},
			};
		},
	};
};
