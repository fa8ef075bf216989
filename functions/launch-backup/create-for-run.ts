import {type LaunchDependencies} from './deps.ts';
import {AlreadyExistsError} from '#shared/errors.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {KubeError} from '#shared/kube/kube-error.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type BackupRun, type Neo4jBackup} from '#shared/runs/status.ts';

/** Why a run that was stated cannot be started. */
export type Refusal = {readonly refusal: {readonly reason: string; readonly message: string}};

type Create = {readonly backup: Neo4jBackup; readonly entry: BackupRun; readonly object: KubeObject; readonly refused: string};

/**
Creates an object that a run needs: undefined where one of its name is there already, a refusal with the reason `refused` where the API server will never take it. What is forbidden, by a quota say, may be allowed later: an Event tells of it, and the error has it tried again.
*/
export const createForRun = async ({kube}: Pick<LaunchDependencies, 'kube'>, {backup, entry, object, refused}: Create): Promise<KubeObject | Refusal | undefined> => {
	try {
		return await kube.create<KubeObject>(object);
	} catch (error) {
		if (error instanceof AlreadyExistsError) {
			return undefined;
		}

		if (error instanceof KubeError && (error.status === 400 || error.status === 422)) {
			return {refusal: {reason: refused, message: `the API server refuses the ${object.kind}: ${error.message}`}};
		}

		if (error instanceof KubeError && error.status === 403) {
			await recordEvent(kube, backup, {
				type: 'Warning', reason: 'Forbidden', message: `The ${object.kind} of run ${entry.runID} may not be created yet, and is tried again for an hour: ${error.message}`, cause: entry.runID!, reporter: 'launch-backup',
			});
		}

		throw error;
	}
};

/**
Whether what stands in the way belongs to an earlier CR of the same name and is on its way out: it is awaited, not refused (decision D32).
*/
export const isOfEarlier = ({metadata}: KubeObject, backup: Neo4jBackup): boolean => {
	const owner = metadata.ownerReferences?.find(({controller}) => controller);
	return owner?.kind === backup.kind && owner.name === backup.metadata.name && owner.uid !== backup.metadata.uid;
};
