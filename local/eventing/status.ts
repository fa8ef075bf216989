import {isDeepStrictEqual} from 'node:util';
import {toError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {referenceOf, type KubeObject} from '#shared/kube/object.ts';
import {type Log} from '#shared/log.ts';

type Condition = {readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string; readonly lastTransitionTime?: string};

/**
What an object's status is to say: the fields besides the conditions, and for each condition why it is not met.
*/
export type Wanted = {
	readonly fields: Readonly<Record<string, unknown>>;
	/** Condition type to the reason and the message of its failure, or `undefined` when it is met. */
	readonly conditions: Readonly<Record<string, {readonly reason: string; readonly message: string} | undefined>>;
};

/**
Whether every condition is met.
*/
export const isReady = ({conditions}: Wanted): boolean => Object.values(conditions).every(problem => problem === undefined);

/**
Writes a status as a Knative controller leaves it, with `Ready` summing up the other conditions, unless the object says the same already. A refusal is logged: a status is for the reader, nothing depends on it.
*/
export const writeStatus = async (client: KubeClient, object: KubeObject, wanted: Wanted, {now, log}: {now: Date; log: Log}): Promise<void> => {
	const present = (object as KubeObject & {status?: Record<string, unknown> & {conditions?: readonly Condition[]}}).status ?? {};
	const conditions = conditionsOf(wanted, present.conditions ?? [], now);
	const status = {...wanted.fields, observedGeneration: object.metadata.generation, conditions};
	if (Object.entries(status).every(([name, value]) => isDeepStrictEqual(present[name], value))) {
		return;
	}

	try {
		await client.patch(referenceOf(object), {status}, {subresource: 'status'});
	} catch (error) {
		log.debug({kind: object.kind, name: object.metadata.name, error: toError(error).message}, 'a status was not written');
	}
};

const conditionsOf = (wanted: Wanted, present: readonly Condition[], now: Date): readonly Condition[] => {
	const failure = Object.values(wanted.conditions).find(problem => problem !== undefined);
	return Object.entries({...wanted.conditions, Ready: failure})
		.map(([type, problem]): Condition => ({type, status: problem ? 'False' : 'True', ...problem}))
		.map(condition => ({...condition, lastTransitionTime: transitionTime(condition, present, now)}))
		.toSorted((a, b) => a.type.localeCompare(b.type));
};

const transitionTime = ({type, status}: Condition, present: readonly Condition[], now: Date): string => {
	const before = present.find(condition => condition.type === type);
	return before?.status === status && before.lastTransitionTime ? before.lastTransitionTime : `${now.toISOString().slice(0, 19)}Z`;
};
