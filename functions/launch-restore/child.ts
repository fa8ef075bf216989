import {labels} from '#shared/api/group.ts';
import {childName} from '#shared/api/names.ts';
import {AlreadyExistsError, ConfigurationError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {KubeError} from '#shared/kube/kube-error.ts';
import {
	controllerReference, isControlledBy, referenceOf, type KubeObject,
} from '#shared/kube/object.ts';
import {type Neo4jRestore} from '#shared/restore/status.ts';

/**
The name of what a restore creates: `<name>-restore` is its Job (row R-182).
*/
export const childOf = ({metadata: {name}}: Neo4jRestore, suffix: string): string => childName(name, suffix);

/**
Labels of what a restore creates.
*/
export const childLabels = ({metadata: {name}}: Neo4jRestore, component: string): Record<string, string> => ({
	[labels.name]: 'neo4j-backup', [labels.instance]: name, [labels.component]: component, [labels.managedBy]: 'neo4j-backup-functions', [labels.restore]: name,
});

/**
Metadata of what a restore creates: it goes with the CR.
*/
export const childMetadata = (restore: Neo4jRestore, suffix: string, component: string): KubeObject['metadata'] => ({
	name: childOf(restore, suffix), namespace: restore.metadata.namespace!, labels: childLabels(restore, component), ownerReferences: [controllerReference(restore)],
});

/**
Creates an object of a restore, or takes the one that was created before. One of an earlier restore of this name is awaited (decision D32); a stranger's, and one that the API server will never take, is a ConfigurationError.
*/
export const ensureChild = async <T extends KubeObject>(kube: KubeClient, restore: Neo4jRestore, child: T): Promise<T> => {
	try {
		return await kube.create<T>(child);
	} catch (error) {
		if (error instanceof KubeError && (error.status === 400 || error.status === 422)) {
			throw new ConfigurationError(`The API server refuses the ${child.kind} ${child.metadata.name}: ${error.message}`, `${child.kind}Refused`);
		}

		if (!(error instanceof AlreadyExistsError)) {
			throw error;
		}
	}

	return adopt(kube, restore, child);
};

const adopt = async <T extends KubeObject>(kube: KubeClient, restore: Neo4jRestore, child: T): Promise<T> => {
	const found = await kube.get<T>(referenceOf(child));
	if (found && isControlledBy(found, restore) && found.metadata.deletionTimestamp === undefined) {
		return found;
	}

	const owner = found?.metadata.ownerReferences?.find(({controller}) => controller);
	if (!found || found.metadata.deletionTimestamp !== undefined || (owner?.kind === restore.kind && owner.name === restore.metadata.name)) {
		throw new Error(`${child.kind} ${child.metadata.name} of an earlier restore is on its way out: another is made when the event comes again`);
	}

	throw new ConfigurationError(`A ${child.kind} ${child.metadata.name} that is not of this restore is there already and is left alone: delete or rename it, and create the restore again`, `${child.kind}NameTaken`);
};
