import {type Chaos} from './chaos.ts';
import {type Event} from './cloud-event.ts';
import {type Resolver} from './destinations.ts';
import {postEvent, type Answer} from './post.ts';
import {type ApiServerSource, type PingSource} from './resources.ts';
import {type InFlight} from '#local/kube/in-flight.ts';
import {type Delay} from '#local/kube/delay.ts';
import {type Log} from '#shared/log.ts';
import {toError} from '#shared/errors.ts';

/** 500, 408 and 409 are not among them: those answers lose the event. */
const isRetriedBySources = (status: number): boolean => [404, 413, 425, 429, 502, 503, 504].includes(status);

type Sender = ApiServerSource | PingSource;

const retryDelaysMs = [100, 200, 400, 800, 1600];

export type SourceContext = {
	readonly resolver: Resolver;
	readonly chaos: Chaos;
	readonly inFlight: InFlight;
	readonly now: () => Date;
	readonly delay: Delay;
	readonly signal: AbortSignal;
	readonly log: Log;
};

/**
Sends an event from a source to its sink: one attempt and at most five more, about 3 s in all, without a deadline of its own. What then has not arrived is dropped. Answers whether it arrived.
*/
export const sendFromSource = async (
	{resolver, delay, signal, log}: Pick<SourceContext, 'resolver' | 'delay' | 'signal' | 'log'>,
	{metadata: {namespace}, spec: {sink}}: Sender,
	event: Event,
): Promise<boolean> => {
	const post = async () => {
		const url = await resolver.resolve(sink, namespace!);
		return url === undefined ? undefined : postEvent(url, event, {signal, headers: {'kn-namespace': namespace!}});
	};

	for (let attempt = 0; ; attempt++) {
		const failure = await failureOf(post);
		if (failure === undefined) {
			return true;
		}

		const wait = retryDelaysMs[attempt];
		if (!failure.retry || wait === undefined || signal.aborted) {
			log.warn({id: event.attributes['id'], subject: event.attributes['subject'], reason: failure.reason}, 'a source dropped an event');
			return false;
		}

		await delay(wait, signal);
	}
};

const failureOf = async (post: () => Promise<Answer | undefined>): Promise<{retry: boolean; reason: string} | undefined> => {
	try {
		const answer = await post();
		if (!answer) {
			return {retry: true, reason: 'the sink has no address'};
		}

		const {status} = answer;
		return status >= 200 && status < 300 ? undefined : {retry: isRetriedBySources(status), reason: `status ${status}`};
	} catch (error) {
		return {retry: true, reason: toError(error).message};
	}
};
