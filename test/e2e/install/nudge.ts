import {HttpMethod, type KubeConfig} from '@kubernetes/client-node';
import {createSend} from '#shared/kube/send.ts';

export type Nudge = {readonly id: string; readonly namespace: string; readonly name: string; readonly handler: 'launch-backup' | 'retention-sweep'};

/**
Posts to the Broker, by way of the API server, as anybody may, that a function shall look at a Neo4jBackup. Answers what status that had.
*/
export const nudge = async (kubeConfig: KubeConfig, {id, namespace, name, handler}: Nudge): Promise<number> => {
	const {status} = await createSend(kubeConfig, {timeoutMs: 30_000})(HttpMethod.POST, '/api/v1/namespaces/knative-eventing/services/broker-ingress:80/proxy/neo4j-backup/neo4j-backup', {
		contentType: 'application/cloudevents+json',
		text: JSON.stringify({
			specversion: '1.0', id, source: '/by-hand', type: 'com.neo4j.reconcile.requested.v1', handler, apiversion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace, name, datacontenttype: 'application/json', data: {},
		}),
	});
	return status;
};
