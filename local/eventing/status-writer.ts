import {type Resolver} from './destinations.ts';
import {
	type ApiServerSource, type Broker, type PingSource, type Trigger,
} from './resources.ts';
import {isReady, writeStatus, type Wanted} from './status.ts';
import {brokerStatus, sourceStatus, triggerStatus} from './wanted-status.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type Log} from '#shared/log.ts';
import {wallDelay} from '#local/kube/delay.ts';

export type StatusWriter = {
	/** Brings every status up to date. A call while one is under way makes that one go round again. */
	readonly write: () => Promise<void>;
};

const recheckMs = 1000;

/**
Keeps the statuses of brokers, triggers and sources. What is not ready is looked at again every second, because a subscriber's address appears without a change here.
*/
export const createStatusWriter = (context: {
	readonly client: KubeClient;
	readonly resolver: Resolver;
	readonly brokers: () => readonly Broker[];
	readonly triggers: () => readonly Trigger[];
	readonly sources: () => ReadonlyArray<ApiServerSource | PingSource>;
	readonly now: () => Date;
	readonly signal: AbortSignal;
	readonly log: Log;
}): StatusWriter => {
	const {client, resolver, now, signal, log} = context;
	let underWay: Promise<void> | undefined;
	let again = false;
	let rechecking = false;

	const wanted = async (): Promise<ReadonlyArray<readonly [KubeObject, Wanted]>> => Promise.all([
		...context.brokers().map(async broker => [broker, brokerStatus(broker, resolver)] as const),
		...context.triggers().map(async trigger => [trigger, await triggerStatus(trigger, context.brokers().find(({metadata}) =>
			metadata.namespace === trigger.metadata.namespace && metadata.name === trigger.spec.broker), resolver)] as const),
		...context.sources().map(async source => [source, await sourceStatus(source, resolver)] as const),
	]);

	const writeAll = async () => {
		let ready = true;
		do {
			again = false;
			const statuses = await wanted();
			ready = statuses.every(([, status]) => isReady(status));
			await Promise.all(statuses.map(async ([object, status]) => writeStatus(client, object, status, {now: now(), log})));
		} while (again && !signal.aborted);

		if (!ready && !rechecking) {
			void recheck();
		}
	};

	const recheck = async () => {
		rechecking = true;
		await wallDelay(recheckMs, signal).catch(() => undefined);
		rechecking = false;
		if (!signal.aborted) {
			await write();
		}
	};

	const write = async () => {
		again = true;
		underWay ??= writeAll().finally(() => {
			underWay = undefined;
		});
		await underWay;
	};

	return {write};
};
