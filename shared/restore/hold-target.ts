import {annotations, labels} from '../api/group.ts';
import {type KubeClient} from '../kube/client.ts';
import {referenceOf, type KubeObject} from '../kube/object.ts';
import {shortHash} from '../api/names.ts';
import {type Held} from './find-held.ts';
import {mayHaveChangedData, type Neo4jRestore} from './status.ts';

type Holder = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>;

/**
The restore that holds a target, as its annotation names it; undefined for a free one. What is being deleted or is gone may still be named.
*/
export const holderOf = ({metadata}: Holder): string | undefined => metadata.annotations?.[annotations.restoreInProgress];

/**
Takes a free target for a restore, so that its operator, backups and other restores keep away (row X-095). Only what was read as free is taken: a ConflictError says that somebody else was faster.
*/
export const takeTarget = async (kube: KubeClient, holder: Holder, {metadata}: Neo4jRestore): Promise<void> => {
	await kube.patch(referenceOf(holder), {metadata: {resourceVersion: holder.metadata.resourceVersion, annotations: {[annotations.restoreInProgress]: metadata.name}}});
};

/**
Gives up what a restore holds of its target: the label of the StatefulSet, then the annotation. What another restore holds stays. Where it may have changed a database, the same write begins another timeline, so that the next backup goes on with no chain of before (decision D71).
*/
export const releaseTarget = async (kube: KubeClient, {holder, statefulSet}: Held, restore: Neo4jRestore): Promise<void> => {
	const {metadata: {name, uid}} = restore;
	if (statefulSet?.metadata.labels?.[labels.restore] === name) {
		await kube.patch(referenceOf(statefulSet), {metadata: {labels: {[labels.restore]: null}}});
	}

	if (holder && holderOf(holder) === name) {
		await kube.patch(referenceOf(holder), {metadata: {annotations: {[annotations.restoreInProgress]: null, ...(mayHaveChangedData(restore) && {[annotations.timeline]: shortHash(uid!)})}}});
	}
};
