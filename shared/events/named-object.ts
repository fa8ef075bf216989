import {type Reference} from '../kube/object.ts';
import {type ReceivedEvent} from './received-event.ts';

/**
The Kubernetes object that an event is about, by its attributes `apiversion`, `kind`, `namespace` and `name`, as ApiServerSource and our own events set them. Undefined where one is missing or cannot be a name: anyone can post an event, and these words become a path of the API server.
*/
export const namedObject = ({extensions}: ReceivedEvent): Reference | undefined => {
	const {apiversion: apiVersion, kind, namespace, name} = extensions;
	return isApiVersion(apiVersion) && isKind(kind) && isName(namespace) && isName(name)
		? {
			apiVersion, kind, namespace, name,
		}
		: undefined;
};

const label = String.raw`[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?`;
const subdomain = new RegExp(String.raw`^${label}(?:\.${label})*$`, 'v');
const apiVersionPattern = new RegExp(String.raw`^(?:${label}(?:\.${label})*/)?v[a-z0-9]+$`, 'v');

const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= 253 && subdomain.test(value);
const isKind = (value: unknown): value is string => typeof value === 'string' && /^[A-Z][A-Za-z0-9]{0,62}$/v.test(value);
const isApiVersion = (value: unknown): value is string => typeof value === 'string' && apiVersionPattern.test(value);
