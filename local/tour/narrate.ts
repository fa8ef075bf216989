import {setTimeout as wait} from 'node:timers/promises';
import {type AcceptedEvent} from '#local/eventing/broker.ts';
import {type Eventing} from '#local/eventing/start.ts';
import {type EventData, type EventType} from '#shared/events/catalogue.ts';
import {formatBytes} from '#shared/api/sizes.ts';

type Told = {readonly [Type in EventType]?: (data: EventData[Type]) => readonly string[]};

const told: Told = {
	'com.neo4j.backup.due.v1': ({scheduledTime, schedule}) => [`due      the run of ${clock(scheduledTime)}${schedule ? ` (schedule \`${schedule}\`)` : ''}`],
	'com.neo4j.backup.started.v1': ({jobName, backupType}) => [`started  Job ${jobName}, a ${backupType} backup`],
	'com.neo4j.backup.succeeded.v1': ({artifacts, artifactCount, size}) => [
		...artifacts.map(artifact => `proven   ${artifact.full ? 'FULL' : 'DIFF'}  ${artifact.name}  ${formatBytes(artifact.size)}`),
		`done     ${artifactCount} artifacts, ${formatBytes(size)}, seen in the bucket by the Pod that wrote them`,
	],
	'com.neo4j.backup.failed.v1': ({jobName, reason, message}) => [`failed   ${jobName}: ${reason}: ${message}`],
	'com.neo4j.retention.swept.v1': ({deleted, kept}) => [
		...deleted.map(({name, reason}) => `deleted  ${name}  (${reason})`),
		`swept    ${kept} kept, ${deleted.length} deleted`,
	],
};

/**
Tells what each event means as it comes, line by line, until the signal ends it.
*/
export const tellEvents = async (eventing: Eventing, tell: (line: string, about: AcceptedEvent) => void, signal: AbortSignal): Promise<void> => {
	let seen = 0;
	while (!signal.aborted) {
		const events = eventing.events();
		for (const about of events.slice(seen)) {
			for (const line of narrate(about)) {
				tell(line, about);
			}
		}

		seen = events.length;
		await wait(200, undefined, {signal}).catch(() => undefined);
	}
};

/** None for events that tell nothing new. */
const narrate = ({event}: AcceptedEvent): readonly string[] => {
	const tell = told[event.attributes['type'] as EventType] as ((data: unknown) => readonly string[]) | undefined;
	return tell?.(JSON.parse(new TextDecoder().decode(event.data))) ?? [];
};

const clock = (time: string): string => `${time.slice(11, 16)} UTC`;
