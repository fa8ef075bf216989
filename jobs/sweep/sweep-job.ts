import {leaveTerminationMessage} from '../termination.ts';
import {clockToleranceMs} from '#shared/clock-tolerance.ts';
import {toError} from '#shared/errors.ts';
import {type Log} from '#shared/log.ts';
import {refusedOutcome} from '#shared/retention/describe-sweep.ts';
import {encodeOutcome} from '#shared/retention/outcome.ts';
import {parsePolicy} from '#shared/retention/policy.ts';
import {purgeDirectory} from '#shared/retention/purge.ts';
import {sweep} from '#shared/retention/sweep.ts';
import {defaultLimits, type SweepInput} from '#shared/retention/sweep-input.ts';
import {type SweepOutcome} from '#shared/retention/sweep-outcome.ts';
import {readSweepSpec, type SweepSpec} from '#shared/retention/sweep-spec.ts';
import {exitCodes} from '#shared/runs/exit-codes.ts';
import {openStore} from '#shared/stores/open.ts';
import {type Store} from '#shared/stores/store.ts';

type Surroundings = {
	readonly log: Log;
	readonly localNow: () => Date;
	readonly print?: (line: string) => void;
	/** Default: with the identity that the Pod has. */
	readonly open?: (location: SweepSpec['location']) => Promise<Store>;
};

/** How old a plan may be that the API server's clock dated. */
const validForMs = 15 * 60_000;

/**
What the container of a sweep Job does: one sweep with the ambient identity of the CR's own account, its outcome as termination message. Answers the exit code.
*/
export const runSweepJob = async (environment: NodeJS.ProcessEnv, surroundings: Surroundings): Promise<number> => {
	try {
		const spec = readSweepSpec(environment);
		const {open = async (location: SweepSpec['location']) => openStore(location, {})} = surroundings;
		const store = await open(spec.location);
		if (spec.purges) {
			return await purgeAndClose(store, spec, {environment, print: surroundings.print});
		}

		const outcome = await sweepAndClose(store, spec, surroundings);
		await leaveTerminationMessage(encodeOutcome(outcome), environment['TERMINATION_LOG'], surroundings.print);
		return exitCodes.succeeded;
	} catch (error) {
		surroundings.log.error({error: toError(error).message}, 'the sweep failed');
		await leaveTerminationMessage(toError(error).message, environment['TERMINATION_LOG'], surroundings.print);
		return exitCodes.retry;
	}
};

/**
One sweep as it was planned. A Pod cannot ask the API server, so it acts on the policy that it was made with, and touches nothing once that is older than 15 minutes by the store's clock, or dated ahead of it: then one of the clocks is wrong, or the CR may have changed since.
*/
const sweepStore = async (store: Store, spec: SweepSpec, {log, localNow}: Surroundings): Promise<SweepOutcome> => {
	const changed = async () => staleness(await store.now(), spec);
	const input: SweepInput = {
		store,
		log,
		localNow,
		changed,
		owner: spec.owner,
		policy: parsePolicy(spec.retention, spec.timeZone),
		sweepID: spec.sweepID,
		now: async () => store.now(),
		limits: {...defaultLimits, graceMs: spec.graceMs},
		wantedRuns: spec.wantedRuns,
	};
	const stale = await changed();
	return stale === undefined ? sweep(input) : refusedOutcome(input, {reason: 'ClockSkewed', message: `Nothing was touched: ${stale}`}, new Date(spec.plannedAt));
};

const sweepAndClose = async (store: Store, spec: SweepSpec, surroundings: Surroundings): Promise<SweepOutcome> => {
	try {
		return await sweepStore(store, spec, surroundings);
	} finally {
		await store.close();
	}
};

/** Succeeds only when all is gone: its Job is made anew until then. */
const purgeAndClose = async (store: Store, spec: SweepSpec, {environment, print}: {environment: NodeJS.ProcessEnv; print: Surroundings['print']}): Promise<number> => {
	try {
		const {deleted, stayed} = await purgeDirectory({
			store, owner: spec.owner, versions: spec.retention?.versions, isOver: () => false,
		});
		await leaveTerminationMessage(stayed.length === 0 ? `${deleted} artifacts were deleted` : `${stayed.length} could not be deleted, the first is ${stayed[0]!.name}: ${stayed[0]!.reason}`, environment['TERMINATION_LOG'], print);
		return stayed.length === 0 ? exitCodes.succeeded : exitCodes.retry;
	} finally {
		await store.close();
	}
};

const staleness = (now: Date, {plannedAt}: SweepSpec): string | undefined => {
	const age = now.getTime() - Date.parse(plannedAt);
	return age < -clockToleranceMs || age > validForMs
		? `the sweep was planned at ${plannedAt} by the API server's clock, and the clock here says ${now.toISOString()}: its Pod started late, or that clock is wrong`
		: undefined;
};
