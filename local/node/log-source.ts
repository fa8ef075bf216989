import {type Folders} from './folders.ts';
import {readLog} from './logs.ts';
import {type Pod} from './workloads.ts';
import {type KubeClient} from '#shared/kube/client.ts';

export type LogRequest = {
	readonly namespace: string;
	readonly pod: string;
	readonly container?: string;
	readonly follow?: boolean;
	readonly tailLines?: number;
	readonly signal: AbortSignal;
};

/**
What `GET …/pods/<name>/log` answers with. A container that has not started, or that the pod does not have, is an Error with the API server's words.
*/
export type LogSource = (request: LogRequest) => Promise<AsyncIterable<Buffer>>;

const defaultContainer = 'kubectl.kubernetes.io/default-container';

/**
The logs of the node's containers. There are no previous ones, as nothing is restarted.
*/
export const createLogSource = (client: KubeClient, folders: Folders): LogSource => async ({namespace, pod: name, container: asked, follow = false, tailLines, signal}) => {
	const read = async () => client.get<Pod>({
		apiVersion: 'v1', kind: 'Pod', namespace, name,
	});
	const pod = await read();
	if (!pod) {
		throw new Error(`pods "${name}" not found`);
	}

	const container = asked ?? pod.metadata.annotations?.[defaultContainer] ?? pod.spec.containers[0]!.name;
	const state = stateOf(pod, container);
	if (!state?.running && !state?.terminated) {
		throw new Error(`container "${container}" in pod "${name}" is waiting to start: ${state?.waiting?.reason ?? 'ContainerCreating'}`);
	}

	return readLog({
		path: folders.log({namespace, name, uid: pod.metadata.uid!}, container),
		follow,
		...(tailLines !== undefined && {tailLines}),
		signal,
		async ended() {
			const current = await read();
			return current?.metadata.uid !== pod.metadata.uid || !stateOf(current!, container)?.running;
		},
	});
};

const stateOf = ({status}: Pod, container: string) =>
	[...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].find(({name}) => name === container)?.state;
