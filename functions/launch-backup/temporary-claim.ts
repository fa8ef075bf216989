import {createForRun, isOfEarlier, type Refusal} from './create-for-run.ts';
import {type LaunchDependencies} from './deps.ts';
import {labels} from '#shared/api/group.ts';
import {childName} from '#shared/api/names.ts';
import {
	controllerReference, isControlledBy, referenceOf, type KubeObject,
} from '#shared/kube/object.ts';
import {present} from '#shared/present.ts';
import {type BackupRun, type Neo4jBackup} from '#shared/runs/status.ts';
import {temporaryStorage} from '#shared/runs/temporary-claim.ts';

export type Claim = KubeObject & {readonly spec: Readonly<Record<string, unknown>>};

/**
The claim that a run stages on with `options.tempStorage`; undefined for one that stages on its node. Its name follows from the Job's, so that doing this twice makes one claim. The CR owns it: it is made before the Job, and the end of the CR is its end in any case.
*/
export const temporaryClaim = (backup: Neo4jBackup, {runID, jobName}: {readonly runID: string; readonly jobName: string}): Claim | undefined => {
	const {metadata: {name, namespace}, spec: {options}} = backup;
	if (!options?.tempStorage) {
		return undefined;
	}

	const {size, storageClassName} = options.tempStorage;
	return {
		apiVersion: 'v1',
		kind: 'PersistentVolumeClaim',
		metadata: {
			name: childName(jobName, 'temporary'),
			namespace: namespace!,
			labels: {
				[labels.name]: 'neo4j-backup', [labels.instance]: name, [labels.component]: temporaryStorage, [labels.managedBy]: 'neo4j-backup-functions', [labels.backup]: name, [labels.run]: runID,
			},
			ownerReferences: [controllerReference(backup)],
		},
		spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: size}}, ...present({storageClassName})},
	};
};

/**
Creates the claim of a run, or takes the one that an earlier try has created. A foreign one under its name is left alone and refuses the run.
*/
export const ensureTemporaryClaim = async ({kube}: Pick<LaunchDependencies, 'kube'>, {backup, entry, claim}: {readonly backup: Neo4jBackup; readonly entry: BackupRun; readonly claim: Claim}): Promise<Refusal | undefined> => {
	const made = await createForRun({kube}, {
		backup, entry, object: claim, refused: 'ClaimRefused',
	});
	if (made) {
		return 'refusal' in made ? made : undefined;
	}

	const {name} = claim.metadata;
	const found = await kube.get(referenceOf(claim));
	if (found?.metadata.deletionTimestamp !== undefined || !found || isOfEarlier(found, backup)) {
		throw new Error(`PersistentVolumeClaim ${name} of an earlier run is on its way out: another is made when the event comes again`);
	}

	return isControlledBy(found, backup) && found.metadata.labels?.[labels.run] === entry.runID
		? undefined
		: {refusal: {reason: 'ClaimNameTaken', message: `a PersistentVolumeClaim ${name} that is not of this run is there already and is left alone: delete it, then ask for another run with the annotation neo4j.com/run-now`}};
};
