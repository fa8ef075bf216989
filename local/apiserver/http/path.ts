import {type Target} from '../api.ts';
import {type Registry} from '../registry.ts';

type Place = {
	readonly apiVersion: string;
	readonly namespace: string | undefined;
	readonly names: ReadonlyArray<string | undefined>;
};

/**
What a path below `/api/v1` or `/apis/<group>/<version>` names, or undefined when nothing of that name is served.
*/
export const toTarget = (registry: Registry, path: string): Target | undefined => {
	const {apiVersion, namespace, names: [plural, name, sub, ...surplus]} = placeOf(path);
	const resource = registry.byPlural(apiVersion, plural ?? '');
	if (!resource || surplus.length > 0) {
		return undefined;
	}

	const subresource = resource.subresources.find(served => served === sub);
	const isScopeRight = resource.namespaced ? (namespace ?? name) === namespace : namespace === undefined;
	return isScopeRight && subresource === sub
		? {
			resource, namespace, name, subresource,
		}
		: undefined;
};

const placeOf = (path: string): Place => {
	const [root, ...parts] = path.split('/').filter(part => part !== '').map(part => decode(part));
	const depth = root === 'api' ? 1 : 2;
	const apiVersion = parts.slice(0, depth).join('/');
	const names = parts.slice(depth);
	// `namespaces/x/status` is a subresource, `namespaces/x/pods` a collection in a namespace.
	const isInNamespace = names[0] === 'namespaces' && names.length > 2 && names[2] !== 'status' && names[2] !== 'finalize';
	return isInNamespace ? {apiVersion, namespace: names[1], names: names.slice(2)} : {apiVersion, namespace: undefined, names};
};

const decode = (part: string): string => {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
};
