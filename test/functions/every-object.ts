import {type KubeObject} from '#shared/kube/object.ts';

type Groups = {readonly groups: ReadonlyArray<{readonly versions: ReadonlyArray<{readonly groupVersion: string}>}>};
type Resources = {readonly resources: ReadonlyArray<{readonly name: string; readonly kind: string; readonly verbs: readonly string[]}>};
type List = {readonly items: ReadonlyArray<Omit<KubeObject, 'apiVersion' | 'kind'>>};

/**
Every object of an API server that could be deleted, of whatever kind, once, in one of its versions. `read` answers a GET of a path as JSON.
*/
export const everyObject = async (read: (path: string) => Promise<unknown>): Promise<readonly KubeObject[]> => {
	const {groups} = await read('/apis') as Groups;
	const apiVersions = ['v1', ...groups.flatMap(({versions}) => versions.map(({groupVersion}) => groupVersion))];
	const objects = await Promise.all(apiVersions.map(async apiVersion => objectsOf(read, apiVersion)));
	return [...new Map(objects.flat().map(object => [object.metadata.uid, object])).values()];
};

const objectsOf = async (read: (path: string) => Promise<unknown>, apiVersion: string): Promise<readonly KubeObject[]> => {
	const root = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
	const {resources} = await read(root) as Resources;
	const listed = resources.filter(({name, verbs}) => verbs.includes('list') && verbs.includes('delete') && !name.includes('/'));
	const lists = await Promise.all(listed.map(async ({name, kind}) => {
		const {items} = await read(`${root}/${name}`) as List;
		// Items of a list carry neither apiVersion nor kind, and an empty list of metadata alone has no items.
		return toArray(items).map(item => ({...item, apiVersion, kind}));
	}));
	return lists.flat();
};

const toArray = <T>(items: readonly T[]): readonly T[] => items ?? [];
