import {readLetter, type Letter} from './letter.ts';
import {backupApiVersion, restoreApiVersion} from '#shared/api/group.ts';
import {type Handle} from '#shared/events/host.ts';
import {namedObject} from '#shared/events/named-object.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {type KubeObject, type Reference} from '#shared/kube/object.ts';

/**
Records an event that was given up: whole, in one line of the log, from where it can be posted again once the cause is gone, and as a Warning on the object that it names, where a user looks.
*/
export const createHandle = ({kube}: {readonly kube: KubeClient}): Handle => async (event, {log}) => {
	const letter = readLetter(event);
	log.error({deadLetter: letter.event, failure: letter.failure}, 'dead letter');

	const reference = namedObject(event);
	const object = reference && isKnown(reference) ? await kube.get(reference) : undefined;
	if (object) {
		await recordEvent(kube, object, {
			type: 'Warning',
			reason: 'EventGivenUp',
			message: `${event.type} was given up: ${explain(letter)}. ${remedy(object)} (docs/events.md)`,
			cause: `${event.type} ${explain(letter)}`,
			reporter: 'dead-letter',
		});
	}
};

const isKnown = ({apiVersion, kind}: Reference): boolean =>
	(kind === 'Neo4jBackup' && apiVersion === backupApiVersion) || (kind === 'Neo4jRestore' && apiVersion === restoreApiVersion) || (kind === 'Job' && apiVersion === 'batch/v1');

/** A restore that has not ended is looked at every minute. */
const remedy = ({kind}: KubeObject): string => kind === 'Neo4jRestore'
	? 'When the cause is gone, it goes on within a minute; what was given up is in the log of dead-letter'
	: 'When the cause is gone, ask for another look with neo4j.com/run-now or by posting the event again from the log of dead-letter';

const explain = ({failure: {status, answer}}: Letter): string =>
	status === undefined ? 'no answer in time' : `HTTP ${status}${answer ? `, ${answer.slice(0, 500)}` : ''}`;
