import {createHash} from 'node:crypto';
import {type Api} from '../api.ts';
import {type Fields, isFields} from '../object.ts';
import {apiVersionOf, type Resource} from '../resources.ts';
import {type Call} from './call.ts';
import {version} from './discovery.ts';
import {type Answer} from './answer.ts';

const prefix = '/openapi/v3';

/**
Answers the paths of OpenAPI: an empty version 2, and of version 3 the index and one document per group and version, made anew each time, so that a definition is explained from the moment it is stored. Undefined for any other path.
*/
export const describeApi = (api: Api, call: Call): Answer | undefined => {
	if (call.path === '/openapi/v2') {
		return emptyVersion2(call);
	}

	if (call.path !== prefix && !call.path.startsWith(`${prefix}/`)) {
		return undefined;
	}

	const groups = Map.groupBy(api.registry.all(), resource => rootOf(resource));
	if (call.path === prefix) {
		const entries = [...groups].map(([root, resources]) => [root, {serverRelativeURL: `${prefix}/${root}?hash=${hashOf(resources)}`}]);
		return {code: 200, body: {paths: Object.fromEntries(entries) as Fields}};
	}

	const resources = groups.get(call.path.slice(prefix.length + 1));
	return resources && {code: 200, body: documentOf(api, resources)};
};

// Where version 3 is silent, as on a definition that the same command creates, kubectl asks for version 2. No bytes are an empty document in protobuf.
const emptyVersion2 = (call: Call): Answer => (call.headers.accept ?? '').includes('protobuf')
	? {code: 200, body: '', contentType: 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'}
	: {
		code: 200, body: {
			swagger: '2.0', info: {title: 'Kubernetes (embedded stand-in)', version: version.gitVersion}, paths: {}, definitions: {},
		},
	};

const rootOf = (resource: Resource): string => `${resource.group === '' ? 'api' : 'apis'}/${apiVersionOf(resource)}`;

// Only definitions change while a server lives.
const hashOf = (resources: readonly Resource[]): string => createHash('sha256').update(JSON.stringify(resources.map(resource => [resource.plural, resource.isCustom && resource.openApi()]))).digest('hex').slice(0, 32);

const documentOf = (api: Api, resources: readonly Resource[]): Fields => {
	const schemas: Record<string, unknown> = {};
	const refer = createReferences(api, schemas);
	for (const resource of resources) {
		const root = resource.isCustom ? copied(resource.openApi(), refer) : schemas[nameOf(refer(resource.openApi()))];
		schemas[componentOf(resource)] = {...root as Fields, 'x-kubernetes-group-version-kind': [kindOf(resource)]};
	}

	return {
		openapi: '3.0.0',
		info: {title: 'Kubernetes (embedded stand-in)', version: version.gitVersion},
		paths: Object.fromEntries(resources.flatMap(resource => pathsOf(resource))),
		components: {schemas},
	};
};

const kindOf = ({group, version, kind}: Resource): Fields => ({group, version, kind});

const componentOf = ({group, version, kind}: Resource): string => [...(group === '' ? ['core', 'api', 'k8s', 'io'] : group.split('.')).toReversed(), version, kind].join('.');

type Refer = (schema: Fields) => Fields;

const referenceStart = '#/components/schemas/';

const nameOf = (reference: Fields): string => String(reference['$ref']).slice(referenceStart.length);

/**
Puts the schemas of builtin models into the components, each once, and answers with references to them.
*/
const createReferences = (api: Api, schemas: Record<string, unknown>): Refer => {
	const refer: Refer = schema => {
		const model = api.registry.modelOf(schema);
		if (model === undefined) {
			return copied(schema, refer);
		}

		const name = model.replace(/^(?<start>\D*)(?<version>V\d+)/v, 'io.k8s.$<start>$<version>.');
		if (!(name in schemas)) {
			schemas[name] = {};
			schemas[name] = copied(schema, refer);
		}

		return {$ref: `${referenceStart}${name}`};
	};

	return refer;
};

const copied = (schema: Fields, refer: Refer): Fields => {
	const {title: _, properties, items, additionalProperties, ...rest} = schema;
	return {
		...rest,
		...(isFields(properties) && {properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, isFields(property) ? refer(property) : property]))}),
		...(isFields(items) && {items: refer(items)}),
		...(additionalProperties !== undefined && {additionalProperties: isFields(additionalProperties) ? refer(additionalProperties) : additionalProperties}),
	};
};

const queryParameters = ['dryRun', 'fieldManager', 'fieldValidation'].map(name => ({name, in: 'query', schema: {type: 'string', uniqueItems: true}}));

/**
The paths of a resource, as far as clients look at them: which kind they serve, and that writes take `fieldValidation`, which spares kubectl its own validation.
*/
const pathsOf = (resource: Resource): ReadonlyArray<readonly [string, Fields]> => {
	const collection = `/${rootOf(resource)}/${resource.namespaced ? 'namespaces/{namespace}/' : ''}${resource.plural}`;
	const content = {'application/json': {schema: {$ref: `${referenceStart}${componentOf(resource)}`}}};
	const operation = (action: string): Fields => ({
		'x-kubernetes-action': action,
		'x-kubernetes-group-version-kind': kindOf(resource),
		parameters: action === 'get' || action === 'list' ? [] : queryParameters,
		responses: {200: {description: 'OK', content}},
	});
	return [
		[collection, {get: operation('list'), post: operation('post')}],
		[`${collection}/{name}`, {
			get: operation('get'), put: operation('put'), patch: operation('patch'), delete: operation('delete'),
		}],
	];
};
