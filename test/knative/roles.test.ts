import test from 'ava';
import {
	ofKind, readAll, type KnativeService, type Manifest, type Role,
} from './manifests.ts';

type Binding = Manifest & {readonly roleRef: {readonly kind: string; readonly name: string}; readonly subjects: ReadonlyArray<{readonly kind: string; readonly name: string}>};

const manifests = await readAll();
const roles = ofKind<Role>(manifests, 'ClusterRole');
const bindings = ofKind<Binding>(manifests, 'ClusterRoleBinding');
const services = ofKind<KnativeService>(manifests, 'Service');

test('every account is bound to one role of its own, and every role to one account', t => {
	const accounts = ofKind(manifests, 'ServiceAccount').map(account => account.metadata.name).toSorted();
	t.deepEqual(bindings.flatMap(binding => binding.subjects.map(subject => subject.name)).toSorted(), accounts);
	t.deepEqual(bindings.map(binding => binding.roleRef.name).toSorted(), roles.map(role => role.metadata.name).toSorted());
	t.is(roles.length, accounts.length);
	for (const {spec} of services) {
		t.true(accounts.includes(spec.template.spec.serviceAccountName));
	}
});

for (const {metadata: {name}, rules} of roles) {
	test(`${name} has no wildcard and no way to give itself more`, t => {
		for (const {apiGroups, resources, verbs} of rules) {
			t.deepEqual([...apiGroups, ...resources, ...verbs].filter(word => word.includes('*')), []);
			t.deepEqual(verbs.filter(verb => ['escalate', 'bind', 'impersonate', 'deletecollection'].includes(verb)), []);
			t.false(apiGroups.includes('rbac.authorization.k8s.io'));
			t.deepEqual(resources.filter(resource => /\/(?:exec|attach|portforward|proxy|token)$/v.test(resource)), []);
		}
	});

	test(`${name} can read a Secret only by its name`, t => {
		const verbs = rules.filter(({resources}) => resources.includes('secrets')).flatMap(rule => rule.verbs);
		t.deepEqual(verbs.filter(verb => verb !== 'get'), []);
	});
}

for (const name of ['sources', 'noobaa-sources']) {
	test(`the ${name} only read`, t => {
		const {rules} = roles.find(role => role.metadata.name === `neo4j-backup:${name}`)!;
		t.deepEqual([...new Set(rules.flatMap(rule => rule.verbs))].toSorted(), ['get', 'list', 'watch']);
	});
}

test('a function that sees no Secret, makes no Job and changes no target cannot', t => {
	const may = (role: string) => roles.find(({metadata}) => metadata.name === `neo4j-backup:${role}`)!.rules.flatMap(({resources, verbs}) => resources.flatMap(resource => verbs.map(verb => `${verb} ${resource}`)));
	for (const role of ['schedule-tick', 'job-completed', 'dead-letter']) {
		t.deepEqual(may(role).filter(right => /secrets|create jobs|patch (?!persistentvolumeclaims)|pods\/|create (?!events)/v.test(right)), [], `${role} may too much`);
	}
});
