import {type Manifest} from '#shared/kube/object.ts';

export type GroupPatch = {
	readonly target: {readonly group: string; readonly kind: string; readonly name: string};
	readonly patch: string;
	/** A CRD is named for its group. */
	readonly options?: {readonly allowNameChange: true};
};

type Text = {readonly path: readonly string[]; readonly value: string};

type Source = {readonly resources: ReadonlyArray<{readonly kind: string}>};

type Rule = {readonly resources?: readonly string[]};

/** The kinds of this project; what else is in the group belongs to the operator of the targets. */
const ownResources = /^neo4j(?:backups|restores)(?:\/|$)/v;
const ownKinds = /^Neo4j(?:Backup|Restore)$/v;

/**
The patches of a kustomization that move both kinds of this project, and all that speaks of them, from one API group to another. Kinds of others stay where they are.
*/
export const groupPatches = (manifests: readonly Manifest[], from: string, to: string): readonly GroupPatch[] => manifests.flatMap(manifest => {
	const {apiVersion, kind, metadata: {name}} = manifest;
	const operations = textsIn(manifest)
		.filter(({path, value}) => value.includes(from) && isOwn(manifest, path))
		.map(({path, value}) => `- ${JSON.stringify({op: 'replace', path: pointer(path), value: value.replaceAll(from, to)})}`);
	return operations.length === 0
		? []
		: [{
			target: {group: apiVersion.includes('/') ? apiVersion.split('/')[0]! : '', kind, name}, patch: operations.join('\n'), ...(kind === 'CustomResourceDefinition' && {options: {allowNameChange: true}}),
		}];
});

const textsIn = (value: unknown, path: readonly string[] = []): readonly Text[] => {
	if (typeof value === 'string') {
		return [{path, value}];
	}

	return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, inner]) => textsIn(inner, [...path, key])) : [];
};

const isOwn = (manifest: Manifest, path: readonly string[]): boolean => {
	const [first, second, third] = path;
	if (first === 'rules') {
		const {resources = []} = (manifest['rules'] as readonly Rule[])[Number(second)]!;
		return resources.every(resource => ownResources.test(resource));
	}

	return manifest.kind !== 'ApiServerSource' || ownKinds.test((manifest['spec'] as Source).resources[Number(third)]!.kind);
};

const pointer = (path: readonly string[]): string => path.map(key => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
