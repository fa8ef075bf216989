import {type Api, read} from '../api.ts';
import {create} from '../write/create.ts';
import {asController} from './controller.ts';

/**
Creates what every cluster has from its first second on: the namespaces `kube-system`, whose uid identifies the cluster, and `default`.
*/
export const bootstrap = (api: Api): void => {
	const resource = api.registry.byKind('v1', 'Namespace');
	for (const name of ['kube-system', 'default']) {
		if (resource && !read(api, {resource, name})) {
			create(api, {resource}, {metadata: {name}}, asController);
		}
	}
};
