/**
A standard Kubernetes condition.
*/
export type Condition = {
	readonly type: string;
	readonly status: 'True' | 'False' | 'Unknown';
	readonly reason: string;
	readonly message: string;
	readonly lastTransitionTime: string;
	readonly observedGeneration?: number;
};

export type NewCondition = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/**
The conditions with one of them set. `lastTransitionTime` moves only when its status changes; the order stays.
*/
export const setCondition = (conditions: readonly Condition[] | undefined, condition: NewCondition, now: Date, generation?: number): Condition[] => {
	const before = findCondition(conditions, condition.type);
	const next: Condition = {
		...condition,
		message: condition.message.slice(0, 32_768),
		lastTransitionTime: before?.status === condition.status ? before.lastTransitionTime : toTime(now),
		...(generation !== undefined && {observedGeneration: generation}),
	};
	return before
		? conditions!.map(existing => existing.type === condition.type ? next : existing)
		: [...conditions ?? [], next];
};

export const findCondition = (conditions: readonly Condition[] | undefined, type: string): Condition | undefined =>
	conditions?.find(condition => condition.type === type);

export const removeCondition = (conditions: readonly Condition[] | undefined, type: string): Condition[] =>
	(conditions ?? []).filter(condition => condition.type !== type);

/**
An instant as Kubernetes writes it: RFC 3339 in UTC, whole seconds.
*/
export const toTime = (instant: Date): string => instant.toISOString().replace(/\.\d+Z$/v, 'Z');
