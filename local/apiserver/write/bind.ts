import {
	type Api, type NamedTarget, read, store, type WriteOptions,
} from '../api.ts';
import {
	conflict, invalid, notFound, type Status,
} from '../api-error.ts';
import {type Fields, toFields} from '../object.ts';

/**
Places a Pod on a node, as a scheduler does: nobody else can, and nobody can twice.
*/
export const bind = (api: Api, target: NamedTarget, body: Fields, {dryRun}: Pick<WriteOptions, 'dryRun'>): Status => {
	const {resource, name} = target;
	const pod = read(api, target);
	if (!pod) {
		throw notFound(resource, name);
	}

	const spec = toFields(pod['spec']);
	const node = toFields(body['target'])['name'];
	if (typeof node !== 'string' || node === '') {
		throw invalid({group: '', kind: 'Binding'}, name, [{field: 'target.name', message: 'Required value'}]);
	}

	if (pod.metadata.deletionTimestamp) {
		throw conflict({...resource, plural: 'pods/binding'}, name, `pod ${name} is being deleted, cannot be assigned to a host`);
	}

	if (spec['nodeName']) {
		throw conflict({...resource, plural: 'pods/binding'}, name, `pod ${name} is already assigned to node ${JSON.stringify(spec['nodeName'])}`);
	}

	if (!dryRun) {
		store(api, resource, {...pod, spec: {...spec, nodeName: node}});
	}

	return {
		kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201,
	};
};
