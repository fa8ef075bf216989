import {abandon} from './abandon.ts';
import {awaitOnline} from './await-online.ts';
import {bringUp} from './bring-up.ts';
import {completed} from './completed.ts';
import {pauseFor, reporter, type BringUpDependencies} from './deps.ts';
import {postHooks} from './post-hooks.ts';
import {start} from './start.ts';
import {restoreApiVersion} from '#shared/api/group.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {type Handle} from '#shared/events/host.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
import {present} from '#shared/present.ts';
import {advance} from '#shared/restore/advance.ts';
import {endRestore} from '#shared/restore/end-restore.ts';
import {namedRestore} from '#shared/restore/named-restore.ts';
import {isEnded, type Neo4jRestore} from '#shared/restore/status.ts';
import {handlerOf} from '#shared/restore/steps.ts';

const steps = {
	Start: start, BringUp: bringUp, AwaitOnline: awaitOnline, PostHooks: postHooks, Completed: completed,
} as const;

/**
Moves one Neo4jRestore on, from the data on the target's volume to a database that is online, and brings back the target of one that failed or is being deleted. The event only names it, or the StatefulSet of its target; everything is read anew.
*/
export const createHandle = (dependencies: BringUpDependencies): Handle => async (event, {log, traceparent}) => {
	const named = namedRestore(event);
	if (!named || isForAnother(event)) {
		return;
	}

	await (handsOver(event) && awaitTurn(dependencies, named));
	await advance({...dependencies, log, config: {image: ''}}, {
		...named,
		reporter,
		steps,
		abandon,
		// No step of this function comes before anything was stopped.
		fail: async (context, failure) => endRestore(context, {message: failure.message, failure}),
		...present({traceparent}),
	});
};

const isForAnother = ({type, extensions}: ReceivedEvent): boolean => type === eventTypes.reconcileRequested && extensions['handler'] !== reporter;

const handsOver = ({type}: ReceivedEvent): boolean => type === eventTypes.reconcileRequested || type === eventTypes.restoreDataRestored;

/**
An event that hands a restore over is sent before the status says so: it may be here a moment early. What is then missed, the scan finds within a minute.
*/
const awaitTurn = async (dependencies: BringUpDependencies, {namespace, name}: {readonly namespace: string; readonly name: string}): Promise<void> => {
	for (const milliseconds of [500, 1000, 2000]) {
		const restore = await dependencies.kube.get<Neo4jRestore>({
			apiVersion: restoreApiVersion, kind: 'Neo4jRestore', namespace, name,
		});
		if (!restore || isEnded(restore) || restore.metadata.deletionTimestamp !== undefined || handlerOf(restore.status?.step ?? 'Validate') === reporter) {
			return;
		}

		await pauseFor(dependencies, milliseconds);
	}
};
