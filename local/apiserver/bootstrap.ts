import {type Api, read, type WriteOptions} from './api.ts';
import {create} from './create.ts';

const options: WriteOptions = {
	dryRun: false, fieldValidation: 'Ignore', warn: () => undefined, own: () => undefined,
};

/**
Creates what every cluster has from its first second on: the namespaces `kube-system`, whose uid identifies the cluster, and `default`.
*/
export const bootstrap = (api: Api): void => {
	const resource = api.registry.byKind('v1', 'Namespace');
	if (!resource) {
		return;
	}

	for (const name of ['kube-system', 'default']) {
		if (!read(api, {resource, name})) {
			create(api, {resource}, {metadata: {name}}, options);
		}
	}
};
