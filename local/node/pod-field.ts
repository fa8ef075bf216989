import {ContainerConfigError} from './lookups.ts';
import {type Pod} from './workloads.ts';

const loopback = '127.0.0.1';

/**
The value of a downward API field path, such as `metadata.name` or `metadata.labels['app']`.
*/
export const podField = ({metadata, spec}: Pod, path: string): string => {
	const keyed = /^metadata\.(?<map>labels|annotations)\['(?<key>.+)'\]$/v.exec(path)?.groups;
	if (keyed) {
		return metadata[keyed['map'] as 'labels' | 'annotations']?.[keyed['key']!] ?? '';
	}

	const fields: Readonly<Record<string, string>> = {
		'metadata.name': metadata.name,
		'metadata.namespace': metadata.namespace ?? '',
		'metadata.uid': metadata.uid ?? '',
		'spec.nodeName': spec.nodeName ?? '',
		'spec.serviceAccountName': spec.serviceAccountName ?? 'default',
		'status.podIP': loopback,
		'status.podIPs': loopback,
		'status.hostIP': loopback,
		'status.hostIPs': loopback,
	};
	const value = fields[path];
	if (value === undefined) {
		throw new ContainerConfigError(`the field path ${path} is not known to the embedded node`);
	}

	return value;
};
