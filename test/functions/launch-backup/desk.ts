import type {ExecutionContext, TestFn} from 'ava';
import {endJob, type JobEnd} from '../job-ends.ts';
import {startScenario, type Scenario, type ScenarioOptions} from '../scenario.ts';
import {type Container, type Volume} from '#shared/pods/pod-types.ts';
import {backupApiVersion, labels} from '#shared/api/group.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';

export type JobObject = KubeObject & {
	readonly spec: {
		readonly backoffLimit: number;
		readonly activeDeadlineSeconds: number;
		readonly template: {
			readonly metadata: {readonly labels: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>>};
			readonly spec: PodSpec;
		};
	};
};

export type PodSpec = Readonly<Record<string, unknown>> & {
	readonly serviceAccountName: string;
	readonly initContainers: readonly Container[];
	readonly containers: readonly Container[];
	readonly volumes: readonly Volume[];
};

export type EventObject = KubeObject & {readonly type: string; readonly reason: string; readonly message: string; readonly involvedObject: {readonly kind: string; readonly name: string}};

export type Desk = Scenario & {
	/** The backup Jobs of a CR, in the order of their names. */
	readonly jobsOf: (name: string) => Promise<readonly JobObject[]>;
	/** The only backup Job of a CR. */
	readonly jobOf: (name: string) => Promise<JobObject>;
	/** The Events of a CR, only those of one reason if it is given. */
	readonly eventsOf: (name: string, reason?: string) => Promise<readonly EventObject[]>;
	readonly list: <T extends KubeObject>(apiVersion: string, kind: string) => Promise<readonly T[]>;
	/** Changes a CR by a merge patch and waits until all is quiet. */
	readonly edit: (name: string, patch: Readonly<Record<string, unknown>>) => Promise<void>;
	/** Annotates a CR with a token for one more run. */
	readonly runNow: (name: string, token: string) => Promise<void>;
	/** Ends the newest Job of a CR as the node would, and waits until its outcome is recorded. */
	readonly finish: (name: string, end?: Partial<JobEnd>) => Promise<void>;
};

/** An event that was not taken is sent again at once. */
const noDelay = async (): Promise<void> => undefined;

/**
The whole system but for the node: what becomes of a Job is for the test to say.
*/
export const startDesk = async (t: Pick<ExecutionContext, 'teardown'>, options: ScenarioOptions = {}): Promise<Desk> => {
	const scenario = await startScenario(t, {delay: noDelay, ...options, runJobs: false});
	const {runtime: {kube, settled}, clock} = scenario;
	const list = async <T extends KubeObject>(apiVersion: string, kind: string): Promise<readonly T[]> => {
		const all: T[] = [];
		for await (const page of kube.list<T>({apiVersion, kind, namespace: 'neo4j'})) {
			all.push(...page);
		}

		return all;
	};

	const jobsOf = async (name: string) => {
		const jobs = await list<JobObject>('batch/v1', 'Job');
		return jobs.filter(({metadata}) => metadata.labels?.[labels.backup] === name && metadata.labels[labels.component] === 'backup');
	};

	const edit = async (name: string, patch: Readonly<Record<string, unknown>>) => {
		await kube.patch({
			apiVersion: backupApiVersion, kind: 'Neo4jBackup', namespace: 'neo4j', name,
		}, patch);
		await settled();
	};

	return {
		...scenario,
		list,
		jobsOf,
		edit,
		async jobOf(name) {
			const [job, ...others] = await jobsOf(name);
			if (!job || others.length > 0) {
				throw new Error(`${name} has ${others.length + (job ? 1 : 0)} Jobs`);
			}

			return job;
		},
		async eventsOf(name, reason) {
			const events = await list<EventObject>('v1', 'Event');
			return events.filter(event => event.involvedObject.name === name && (reason === undefined || event.reason === reason));
		},
		runNow: async (name, token) => edit(name, {metadata: {annotations: {'neo4j.com/run-now': token}}}),
		async finish(name, end = {}) {
			const jobs = await jobsOf(name);
			const newest = jobs.toSorted((a, b) => a.metadata.creationTimestamp!.localeCompare(b.metadata.creationTimestamp!)).at(-1)!;
			clock.advance(1000);
			await endJob(kube, newest, {at: clock.now(), ...end});
			await settled();
		},
	};
};

/**
One desk for all tests of a file that only look at what becomes of CRs of their own. Answers what gives it to a test.
*/
export const shareDesk = (test: TestFn): (() => Desk) => {
	const endings: Array<() => unknown> = [];
	let desk: Desk | undefined;
	test.before(async () => {
		desk = await startDesk({
			teardown(ending) {
				endings.unshift(ending);
			},
		});
	});
	test.after.always(async () => {
		for (const ending of endings) {
			await ending();
		}
	});
	return () => desk!;
};

/**
The names of the backup Jobs of a CR.
*/
export const namesOf = async ({jobsOf}: Desk, name: string): Promise<readonly string[]> => {
	const jobs = await jobsOf(name);
	return jobs.map(({metadata}) => metadata.name);
};

export const containerOf = ({spec: {template: {spec}}}: JobObject, name: string): Container =>
	[...spec.initContainers, ...spec.containers].find(container => container.name === name)!;

/**
The command line of neo4j-admin in a Job.
*/
export const argumentsOf = (job: JobObject): readonly string[] => containerOf(job, 'backup').args;

/**
The variables of a container by name: the text, or the Secret and key that the value is taken from.
*/
export const variablesOf = (job: JobObject, name: string): Readonly<Record<string, string>> => Object.fromEntries(containerOf(job, name).env.map(({name: variable, value, valueFrom}) => {
	const {secretKeyRef} = valueFrom ?? {};
	return [variable, secretKeyRef ? `${secretKeyRef.name}/${secretKeyRef.key}` : value ?? JSON.stringify(valueFrom)];
}));

/**
A CR that runs once, into an S3 bucket by ambient identity, changed as a test needs it.
*/
export const oneShot = (name: string, spec: Readonly<Record<string, unknown>> = {}, metadata: Readonly<Record<string, unknown>> = {}): Manifest => ({
	apiVersion: backupApiVersion,
	kind: 'Neo4jBackup',
	metadata: {name, ...metadata},
	spec: {target: {kind: 'Cluster', name: 'production-cluster'}, storage: {type: 's3', bucket: 'neo4j-backups', path: name}, ...spec},
});
