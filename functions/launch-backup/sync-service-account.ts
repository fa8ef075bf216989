import {recordEvent} from '#shared/kube/events.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {NotYetError} from '#shared/not-yet.ts';
import {ensureServiceAccount} from '#shared/pods/service-account.ts';
import {cloudSettings} from '#shared/runs/cloud-settings.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/**
Brings an edit of the CR to the account at once; before each Job it is made sure of anyway. What keeps it from being done is an Event.
*/
export const syncServiceAccount = async (kube: KubeClient, backup: Neo4jBackup): Promise<void> => {
	const {metadata: {generation}, status} = backup;
	if (status?.observedGeneration === generation) {
		return;
	}

	try {
		await ensureServiceAccount(kube, backup, cloudSettings(backup.spec));
	} catch (error) {
		if (!(error instanceof NotYetError)) {
			throw error;
		}

		await recordEvent(kube, backup, {
			type: 'Warning', reason: error.reason, message: error.message, cause: `${generation} ${error.message}`, reporter: 'launch-backup',
		});
	}
};
