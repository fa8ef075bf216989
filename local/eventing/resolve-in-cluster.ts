import {type Resolve} from './destinations.ts';
import {connect} from '#local/kube/connect.ts';
import {follow} from '#local/kube/follow.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type Log} from '#shared/log.ts';

type Addressable = KubeObject & {readonly status?: {readonly address?: {readonly url?: string}}};

/**
Finds sinks and subscribers as Knative does: a Service of Kubernetes by its name in the cluster's DNS, as soon as it is there, anything else by the address in its status. A URI is taken as it stands.
*/
export const resolveInCluster = async (kubeconfig: string, {log, signal}: {readonly log: Log; readonly signal: AbortSignal}): Promise<Resolve> => {
	const connection = connect(kubeconfig, signal);
	const services = follow(connection, {
		path: '/api/v1/services', replay: true, signal, log, onChange: () => undefined,
	});
	await services.started;

	return async target => {
		if ('uri' in target) {
			return target.uri;
		}

		const {apiVersion, kind, namespace, name} = target;
		if (apiVersion === 'v1' && kind === 'Service') {
			const isThere = services.objects().some(({metadata}) => metadata.namespace === namespace && metadata.name === name);
			return isThere ? `http://${name}.${namespace}.svc.cluster.local` : undefined;
		}

		const object = await connection.client.get<Addressable>(target);
		return object?.status?.address?.url;
	};
};
