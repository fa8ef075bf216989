import {type Role} from '#test/knative/manifests.ts';

/**
The least that a Role can give: one verb on one resource.
*/
export type Right = {readonly verb: string; readonly resource: string; readonly group: string};

/**
A right in words: `update neo4jbackups/status`. No two groups that the functions use have a resource of one name.
*/
export const nameOf = ({verb, resource}: Right): string => `${verb} ${resource}`;

/**
All rights of a Role.
*/
export const rightsOf = ({rules}: Pick<Role, 'rules'>): readonly Right[] =>
	rules.flatMap(({apiGroups, resources, verbs}) => apiGroups.flatMap(group => resources.flatMap(resource => verbs.map(verb => ({verb, resource, group})))));

/**
The rules of a Role without one right.
*/
export const without = ({rules}: Pick<Role, 'rules'>, missing: string): Role['rules'] => rules.flatMap(rule => rule.resources.map(resource => ({
	...rule, resources: [resource], verbs: rule.verbs.filter(verb => `${verb} ${resource}` !== missing),
}))).filter(({verbs}) => verbs.length > 0);
