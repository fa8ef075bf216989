import {podSpec, type PodInput} from './backup-pod.ts';
import {type Claim} from './temporary-claim.ts';
import {labels} from '#shared/api/group.ts';
import {controllerReference, type KubeObject} from '#shared/kube/object.ts';
import {exitCodes} from '#shared/runs/exit-codes.ts';
import {type RunSpec} from '#shared/runs/run-spec.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/** Retries of a Job's Pod: the one retry policy of a run. */
export const backoffLimit = 3;

/** Backstop for Jobs that nobody cleaned up, in seconds (decision D32). */
const timeToLive = 86_400;

export type JobInput = Omit<PodInput, 'spec'> & {
	readonly backup: Neo4jBackup;
	readonly spec: RunSpec;
	readonly jobName: string;
	/** `options.timeout` in seconds: nothing hangs for ever (decision D78). */
	readonly deadlineSeconds: number;
	/** The claim that must be there before the Job. */
	readonly temporaryClaim?: Claim;
};

export type Job = KubeObject & {readonly spec: Readonly<Record<string, unknown>>};

/**
The Job of one backup run, whole. Its name and labels follow from the run, so that doing this twice makes one Job.
*/
export const backupJob = (input: JobInput): Job => {
	const {backup, jobName, deadlineSeconds, spec} = input;
	const {namespace} = backup.metadata;
	const childLabels = backupLabels(backup.metadata.name, spec.runID);
	return {
		apiVersion: 'batch/v1',
		kind: 'Job',
		metadata: {
			name: jobName,
			...(namespace && {namespace}),
			labels: childLabels,
			ownerReferences: [controllerReference(backup)],
		},
		spec: {
			backoffLimit,
			activeDeadlineSeconds: deadlineSeconds,
			ttlSecondsAfterFinished: timeToLive,
			// A new Pod never starts while the former one still writes.
			podReplacementPolicy: 'Failed',
			podFailurePolicy: {rules: podFailureRules(spec)},
			template: {
				metadata: {
					labels: {...childLabels, ...input.podLabels},
					annotations: {'kubectl.kubernetes.io/default-container': 'backup'},
				},
				spec: podSpec(input),
			},
		},
	};
};

/**
The labels of everything that a backup CR owns.
*/
const backupLabels = (name: string, runID: string): Record<string, string> => ({
	[labels.name]: 'neo4j-backup',
	[labels.instance]: name,
	[labels.component]: 'backup',
	[labels.managedBy]: 'neo4j-backup-functions',
	[labels.backup]: name,
	[labels.run]: runID,
});

/** A rule may only name containers that the Pod has. */
const podFailureRules = ({verify, encryption}: RunSpec) => [
	{action: 'Ignore', onPodConditions: [{type: 'DisruptionTarget', status: 'True'}]},
	...['report', 'prepare', ...verify ? ['gather'] : [], ...encryption ? ['encrypt'] : []].map(containerName => ({
		action: 'FailJob',
		onExitCodes: {containerName, operator: 'In', values: [exitCodes.partial, exitCodes.permanent]},
	})),
];
