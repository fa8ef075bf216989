import {Buffer} from 'node:buffer';
import {randomUUID} from 'node:crypto';
import {type Event} from './cloud-event.ts';
import {parsePingSchedule, type PingSchedule} from './ping-schedule.ts';
import {type PingSource} from './resources.ts';
import {sendFromSource, type SourceContext} from './source-sender.ts';
import {wallDelay} from '#local/kube/delay.ts';
import {toError} from '#shared/errors.ts';

const maximalJitterMs = 500;
const longestTimerMs = (2 ** 31) - 1;

export type RunningPing = {
	/** Fires if the schedule has a tick at that instant, and resolves when the sink has taken the event or lost it. */
	readonly tick: (at: Date) => Promise<void>;
};

/**
Runs one PingSource by the wall clock until the signal ends it, or, when `manual`, only by `tick`. A tick that passes while nothing runs is never made up for; ticks overlap when the sink is slow; `time` is when the event was sent, up to half a second late.
*/
export const runPingSource = (context: SourceContext, source: PingSource, manual: boolean): RunningPing => {
	const schedule = parsePingSchedule(source.spec.schedule, source.spec.timezone);
	const fire = async (time: Date) => {
		const event = pingEvent(source, time);
		await context.inFlight.track(context.chaos.apply(event, 'source', async () => sendFromSource(context, source, event)));
	};

	if (!manual) {
		void fireByClock(context, schedule, fire);
	}

	return {
		async tick(at) {
			if (schedule.isDue(at)) {
				await fire(new Date(at.getTime() + jitter()));
			}
		},
	};
};

/**
Why a PingSource never fires, in words, as Knative's webhook would have refused it.
*/
export const pingProblem = ({spec}: PingSource): string | undefined => {
	try {
		parsePingSchedule(spec.schedule, spec.timezone);
	} catch (error) {
		return `spec.schedule: ${toError(error).message}`;
	}

	if (spec.data && spec.dataBase64) {
		return 'spec: data and dataBase64 exclude each other';
	}

	return spec.contentType === 'application/json' && !isObjectText(dataOf(spec)) ? 'spec.data: is not a JSON object' : undefined;
};

const jitter = () => Math.floor(Math.random() * maximalJitterMs);

const fireByClock = async ({now, signal, log}: SourceContext, schedule: PingSchedule, fire: (time: Date) => Promise<void>): Promise<void> => {
	try {
		for (let next = schedule.next(now()); !signal.aborted; next = schedule.next(next)) {
			while (next > now()) {
				await wallDelay(Math.min(next.getTime() - now().getTime(), longestTimerMs), signal);
			}

			void wallDelay(jitter(), signal).then(async () => fire(now())).catch((error: unknown) => {
				log.debug({error: toError(error).message}, 'a ping was not sent');
			});
		}
	} catch (error) {
		if (!signal.aborted) {
			throw error;
		}
	}
};

const pingEvent = ({metadata: {namespace, name}, spec}: PingSource, time: Date): Event => {
	const data = dataOf(spec);
	return {
		attributes: {
			specversion: '1.0',
			id: randomUUID(),
			type: 'dev.knative.sources.ping',
			source: `/apis/v1/namespaces/${namespace}/pingsources/${name}`,
			time: time.toISOString(),
			...(data && spec.contentType && {datacontenttype: spec.contentType}),
			...spec.ceOverrides?.extensions,
		},
		...(data && {data}),
	};
};

const dataOf = ({data, dataBase64}: PingSource['spec']): Uint8Array | undefined =>
	dataBase64 ? Buffer.from(dataBase64, 'base64') : (data ? Buffer.from(data) : undefined);

const isObjectText = (data: Uint8Array | undefined): boolean => {
	try {
		const parsed: unknown = data === undefined ? {} : JSON.parse(Buffer.from(data).toString());
		return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
	} catch {
		return false;
	}
};
