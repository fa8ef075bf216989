import {endJob, startJob, type JobEnd} from './job-ends.ts';
import {type Scenario} from './scenario.ts';
import {type KubeObject} from '#shared/kube/object.ts';

type Job = KubeObject & {readonly status?: {readonly conditions?: ReadonlyArray<{readonly type: string}>}};

export type Calendar = {
	/** A heartbeat at that minute, and all that it leads to. */
	readonly at: (time: string) => Promise<void>;
	/** Heartbeats from the next step on, up to and including that minute. */
	readonly until: (time: string, stepMinutes?: number) => Promise<void>;
	/** Gives every Job that goes on a Pod that runs. */
	readonly startJobs: () => Promise<void>;
	/** Ends all Jobs that go on, each so many seconds after now. */
	readonly endJobs: (how?: Partial<JobEnd>, seconds?: number) => Promise<void>;
	/** Names of all Jobs that were ever there, oldest first. */
	readonly names: () => readonly string[];
};

/**
A heartbeat wherever a test wants one, and Jobs that end when it says so: for scenarios without a node, in which only the launching matters.
*/
export const createCalendar = ({runtime, clock, jobs}: Scenario): Calendar => {
	const names = new Set<string>();
	const look = async () => {
		await runtime.settled();
		for (const job of await jobs()) {
			names.add(job.metadata.name);
		}
	};

	const active = async () => {
		const all = await jobs() as readonly Job[];
		return all.filter(({status}) => !status?.conditions?.length);
	};

	const at = async (time: Date) => {
		clock.set(time.toISOString());
		await runtime.eventing.tick(time);
		await look();
	};

	return {
		at: async time => at(new Date(time)),
		async until(time, stepMinutes = 1) {
			const step = stepMinutes * 60_000;
			const end = Date.parse(time);
			for (let next = (Math.floor(clock.now().getTime() / step) + 1) * step; next <= end; next += step) {
				await at(new Date(next));
			}
		},
		async startJobs() {
			for (const job of await active()) {
				await startJob(runtime.kube, job, clock.now());
			}

			await look();
		},
		async endJobs(how = {}, seconds = 90) {
			clock.advance(seconds * 1000);
			for (const job of await active()) {
				await endJob(runtime.kube, job, {at: clock.now(), ...how});
			}

			await look();
		},
		names: () => [...names],
	};
};
