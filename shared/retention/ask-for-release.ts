import {buildReconcileRequest} from '../events/build-event.ts';
import {type Emitter} from '../events/emit.ts';
import {type KubeClient} from '../kube/client.ts';
import {hasFinalizer} from '../runs/finalizer.ts';
import {type Neo4jBackup} from '../runs/status.ts';

/**
Has retention-sweep look at a CR that is being deleted and takes its backups with it: it deletes them, and lets the CR go once they are gone. Nothing for a CR without the finalizer.
*/
export const askForRelease = async ({kube, emitter}: {readonly kube: KubeClient; readonly emitter: Emitter}, backup: Neo4jBackup, reason: string): Promise<void> => {
	if (hasFinalizer(backup)) {
		await emitter.emit(buildReconcileRequest({
			object: backup, handler: 'retention-sweep', reason, time: await kube.now(),
		}));
	}
};
