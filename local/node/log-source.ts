import {type Folders} from './folders.ts';
import {readLog} from './logs.ts';
import {type Pod} from './workloads.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type LogSource} from '#local/apiserver/logs.ts';

/**
The logs of the node's containers, for the API server's `GET …/pods/<name>/log`. Lines carry no times, so `timestamps`, `sinceTime` and `sinceSeconds` change nothing; there is no previous log, as nothing is restarted.
*/
export const createLogSource = (client: KubeClient, folders: Folders): LogSource => async request => {
	const {namespace, pod: name, container} = request;
	if (request.previous) {
		throw new Error(`previous terminated container "${container}" in pod "${name}" not found`);
	}

	const read = async () => client.get<Pod>({
		apiVersion: 'v1', kind: 'Pod', namespace, name,
	});
	const pod = await read();
	const state = pod && stateOf(pod, container);
	if (!state?.running && !state?.terminated) {
		return undefined;
	}

	const {uid = ''} = pod!.metadata;
	return readLog({
		...request,
		path: folders.log({namespace, name, uid}, container),
		async ended() {
			const current = await read();
			return current?.metadata.uid !== uid || !stateOf(current, container)?.running;
		},
	});
};

const stateOf = ({status}: Pod, container: string) =>
	[...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].find(({name}) => name === container)?.state;
