import {type Event} from './cloud-event.ts';
import {type Delay} from '#local/kube/delay.ts';
import {type InFlight} from '#local/kube/in-flight.ts';

/**
What becomes of an event on its way: a source's sending (`source`) or a broker's delivery to one Trigger (`trigger`).
*/
export type ChaosRule = (event: Event, hop: 'source' | 'trigger') => 'deliver' | 'drop' | 'double' | 'delay';

export type Chaos = {
	/** Runs the delivery never, once, twice or late, as the rule says. A drop looks like a success to who sent. */
	readonly apply: (event: Event, hop: 'source' | 'trigger', deliver: () => Promise<boolean>) => Promise<boolean>;
};

type ChaosOptions = {readonly delay: Delay; readonly delayMs: number; readonly inFlight: InFlight; readonly signal: AbortSignal};

/**
Losses, doubles and delays on demand. A delayed event waits for `delayMs`, so that later ones overtake it: a source goes on meanwhile.
*/
export const createChaos = (rule: ChaosRule | undefined, {delay, delayMs, inFlight, signal}: ChaosOptions): Chaos => ({
	async apply(event, hop, deliver) {
		const fate = rule?.(event, hop) ?? 'deliver';
		if (fate === 'drop') {
			return true;
		}

		if (fate === 'delay') {
			const late = inFlight.track(delay(delayMs, signal).then(deliver).catch(() => false));
			return hop === 'source' ? true : late;
		}

		const delivered = await deliver();
		return fate === 'double' ? await deliver() && delivered : delivered;
	},
});
