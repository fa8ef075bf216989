import {NotYetError} from '#shared/not-yet.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {listenAddressMessage, listenAddressPatch} from '#shared/neo4j/listen-address.ts';
import {type ResolvedTarget} from '#shared/neo4j/target.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/**
Lets other Pods reach the backup port of a target that listens on loopback only because nobody said otherwise: the setting goes into its CR, so that its operator writes it, an Event says that a restart follows, and the run waits for it (decision D20).
*/
export const openBackupPort = async (kube: KubeClient, backup: Neo4jBackup, {listenAddress, apiVersion, kind, namespace, name, uid}: ResolvedTarget): Promise<void> => {
	if (listenAddress === 'set') {
		return;
	}

	await recordEvent(kube, backup, {
		type: 'Normal', reason: 'BackupListenerConfigured', message: `${kind} ${name}: ${listenAddressMessage}`, cause: uid, reporter: 'launch-backup',
	});
	await kube.patch({
		apiVersion, kind, namespace, name,
	}, listenAddressPatch);
	throw new NotYetError('BackupListenerConfigured', `${kind} ${name}: ${listenAddressMessage}; the backup waits until they are`);
};
