import {releaseTargetFinalizer} from '../api/group.ts';
import {type KubeClient} from '../kube/client.ts';
import {KubeError} from '../kube/kube-error.ts';
import {referenceOf} from '../kube/object.ts';
import {type Neo4jRestore} from './status.ts';

/**
Whether a restore has the finalizer, without which its deletion would leave a stopped target behind (row X-097).
*/
export const hasFinalizer = ({metadata}: Neo4jRestore): boolean => metadata.finalizers?.includes(releaseTargetFinalizer) ?? false;

/**
Puts the finalizer on. Answers the restore as it is then; a ConflictError says that it was changed since it was read.
*/
export const putFinalizer = async (kube: KubeClient, restore: Neo4jRestore): Promise<Neo4jRestore> =>
	hasFinalizer(restore) ? restore : writeFinalizers(kube, restore, [...restore.metadata.finalizers ?? [], releaseTargetFinalizer]);

/**
Takes the finalizer off; those of others stay. A restore that is being deleted is gone then, or was before, where several calls let it go at once.
*/
export const dropFinalizer = async (kube: KubeClient, restore: Neo4jRestore): Promise<Neo4jRestore> => {
	if (!hasFinalizer(restore)) {
		return restore;
	}

	try {
		return await writeFinalizers(kube, restore, restore.metadata.finalizers!.filter(name => name !== releaseTargetFinalizer));
	} catch (error) {
		if (error instanceof KubeError && error.status === 404 && restore.metadata.deletionTimestamp) {
			return restore;
		}

		throw error;
	}
};

const writeFinalizers = async (kube: KubeClient, restore: Neo4jRestore, finalizers: readonly string[]): Promise<Neo4jRestore> =>
	kube.patch<Neo4jRestore>(referenceOf(restore), {metadata: {resourceVersion: restore.metadata.resourceVersion, finalizers}});
