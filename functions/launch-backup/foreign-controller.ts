import {deleteBackupsFinalizer} from '#shared/api/group.ts';
import {childName} from '#shared/api/names.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/**
Who else runs this CR: the operator that the targets come from owns CRDs of the same names and puts its finalizer on every CR, or makes a CronJob `<name>-backup-cron` of it. Two that back up into one directory would break each other's chains (decision D66).
*/
export const foreignController = async (kube: KubeClient, {metadata}: Neo4jBackup): Promise<string | undefined> => {
	const finalizer = metadata.finalizers?.find(name => name !== deleteBackupsFinalizer && name.includes('backup'));
	if (finalizer) {
		return `another controller has put its finalizer ${finalizer} on this Neo4jBackup and runs it too: remove that controller, or install the functions under an API group of their own (overlay beside-operator)`;
	}

	const name = childName(metadata.name, 'backup-cron');
	const cronJob = await kube.get({
		apiVersion: 'batch/v1', kind: 'CronJob', namespace: metadata.namespace!, name,
	});
	return cronJob && isAbout(cronJob, metadata.uid) ? `CronJob ${name} of another controller runs this Neo4jBackup too: remove that controller and the CronJob, or install the functions under an API group of their own (overlay beside-operator)` : undefined;
};

/** A CronJob that another object controls is about that one: a CR of the same name in the group of the other controller. */
const isAbout = ({metadata: {ownerReferences = []}}: KubeObject, uid: string | undefined): boolean => {
	const controller = ownerReferences.find(reference => reference.controller);
	return controller === undefined || controller.uid === uid;
};
