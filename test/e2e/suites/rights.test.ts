import {Writable} from 'node:stream';
import test, {type ExecutionContext} from 'ava';
import {pino} from 'pino';
import {createHandle as createLaunchBackup} from '../../../functions/launch-backup/handle.ts';
import {createHandle as createLaunchRestore} from '../../../functions/launch-restore/handle.ts';
import {createHandle as createRestoreBringup} from '../../../functions/restore-bringup/handle.ts';
import {installed, type Installation} from '../install/installation.ts';
import {
	createAccount, mayDo, removeAccount, type Account,
} from '../rights/account.ts';
import {bringUpFlows} from '../rights/bring-up-flows.ts';
import {type Flow} from '../rights/flow.ts';
import {createGround, type OwnGround} from '../rights/ground.ts';
import {launchFlows} from '../rights/launch-flows.ts';
import {jobFlows, letterFlows, tickFlows} from '../rights/other-flows.ts';
import {nameOf, rightsOf, without} from '../rights/right.ts';
import {restoreFlows} from '../rights/restore-flows.ts';
import {restoreOf} from '../rights/restores.ts';
import {sweepFlows} from '../rights/sweep-flows.ts';
import {isOwnCluster} from '../suite-environment.ts';
import {until} from '../until.ts';
import {type FunctionFactory} from '#local/function-host.ts';
import {embeddedFunctions} from '#local/functions.ts';
import {toError} from '#shared/errors.ts';
import {collect} from '#shared/kube/collect.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {ofKind, readBase, type Role} from '#test/knative/manifests.ts';

/** Each way through each function that needs a right which no other way needs. */
const flows: Readonly<Record<string, Readonly<Record<string, Flow>>>> = {
	'launch-backup': launchFlows,
	'retention-sweep': sweepFlows,
	'job-completed': jobFlows,
	'schedule-tick': tickFlows,
	'launch-restore': restoreFlows,
	'restore-bringup': bringUpFlows,
	'dead-letter': letterFlows,
};

const namespace = 'rights';
const roles = new Map(ofKind<Role>(await readBase(), 'ClusterRole').map(role => [role.metadata.name.slice('neo4j-backup:'.length), role]));
const image = 'neo4j-backup-functions';
/** The targets have no Pods that could answer over Bolt. */
const boltAddress = (): string => 'bolt://127.0.0.1:1';
const functions: Readonly<Record<string, FunctionFactory>> = {
	...embeddedFunctions({image, graceMs: 1000, hosts: () => ({})}),
	'launch-backup': context => createLaunchBackup({...context, config: {image}, boltAddress}),
	'launch-restore': context => createLaunchRestore({...context, config: {image}, boltAddress}),
	'restore-bringup': context => createRestoreBringup({...context, boltAddress}),
};

/** No other suite's objects are scanned, and nobody else acts on those of this one. */
const testOfOwnCluster = isOwnCluster() ? test.serial : test.serial.skip;

let installation: Installation;
let ground: OwnGround;
const accounts = new Map<string, Account>();

const accountName = (name: string, missing?: string): string => missing ? `${name}-without-${missing.replaceAll(/[\/ ]/gv, '-')}` : name;

test.before(async () => {
	if (!isOwnCluster()) {
		return;
	}

	installation = await installed();
	await scaleEventing(0);
	ground = await createGround(installation.kube, namespace);
	for (const name of [...Object.keys(flows), 'sources']) {
		const role = roles.get(name)!;
		for (const missing of [undefined, ...rightsOf(role).map(right => nameOf(right))]) {
			const account = accountName(name, missing);
			accounts.set(account, await createAccount(installation, {namespace, name: account, rules: missing ? without(role, missing) : role.rules}));
		}
	}

	// An authorizer that has heard of the last has heard of all.
	const last = [...accounts.values()].at(-1)!;
	await until(async () => mayDo(installation.kubeConfig, last.user, rightsOf(roles.get('sources')!)[0]!), 'the rights of all accounts');
});

test.after.always(async () => {
	if (!installation) {
		return;
	}

	await ground?.close();
	for (const name of accounts.keys()) {
		await removeAccount(installation.kube, {namespace, name});
	}

	await scaleEventing(1);
});

const scaleEventing = async (replicas: number): Promise<void> => {
	const {kubectl} = installation;
	await kubectl('scale', '-n', 'knative-eventing', 'deployment/embedded-eventing', `--replicas=${replicas}`);
	await (replicas === 0
		? kubectl('wait', '-n', 'knative-eventing', '--for=delete', 'pod', '-l', 'app=embedded-eventing', '--timeout=120s')
		: kubectl('rollout', 'status', '-n', 'knative-eventing', 'deployment/embedded-eventing', '--timeout=120s'));
};

let count = 0;

/** Goes through a flow with the rights of an account; answers the name of its CR and what was complained of. */
const go = async (account: string, name: string, {prepare, times = 1}: Flow): Promise<{readonly cr: string; readonly complaints: string}> => {
	const cr = `flow-${count++}`;
	const event = await prepare(ground, cr);
	const complaints: string[] = [];
	const log = pino({level: 'warn'}, new Writable({
		write(chunk, _encoding, done) {
			complaints.push(String(chunk));
			done();
		},
	}));
	const handle = functions[name]!({
		kube: await accounts.get(account)!.connect(), emitter: {emit: async () => undefined}, log, localNow: () => new Date(),
	});
	for (let time = 0; time < times; time++) {
		try {
			await handle(event, {log, signal: new AbortController().signal});
		} catch (error) {
			complaints.push(toError(error).message);
		}
	}

	// What keeps a run from being planned, or a restore from going on, is told to the user.
	const {status} = await ground.backup(cr) ?? await restoreOf(ground, cr) ?? {};
	return {cr, complaints: [...complaints, status?.message].join('\n')};
};

/** What the API server says where a right is missing. */
const refusalOf = (right: string): RegExp => {
	const [verb, resource] = right.split(' ');
	return resource!.endsWith('/finalizers') ? /is forbidden: cannot set blockOwnerDeletion/v : new RegExp(String.raw`is forbidden: User \\?"system:serviceaccount:${namespace}:[a-z0-9\-]+\\?" cannot ${verb} resource \\?"${resource}\\?"`, 'v');
};

const needs = async (t: ExecutionContext, name: string, flow: Flow): Promise<void> => {
	const whole = await go(accountName(name), name, flow);
	t.notRegex(whole.complaints, /forbidden/v);
	t.true(await flow.isDone(ground, whole.cr), `it ends with all rights: ${whole.complaints}`);
	for (const right of flow.rights) {
		const {complaints} = await go(accountName(name, right), name, flow);
		t.regex(complaints, refusalOf(right), `without the right to ${right}`);
	}
};

for (const [name, all] of Object.entries(flows)) {
	for (const [title, flow] of Object.entries(all)) {
		testOfOwnCluster(`[X-055] ${name}: ${title} fails without each of: ${flow.rights.join(', ')}`, needs, name, flow);
	}
}

testOfOwnCluster('[X-055] sources: what Knative asks before a source is Ready is refused without each right', async t => {
	const {user} = accounts.get('sources')!;
	for (const right of rightsOf(roles.get('sources')!)) {
		t.true(await mayDo(installation.kubeConfig, user, right), nameOf(right));
		t.false(await mayDo(installation.kubeConfig, accounts.get(accountName('sources', nameOf(right)))!.user, right), nameOf(right));
	}
});

testOfOwnCluster('each function is its own account, which may do what its Role says and nothing that only another Role says', async t => {
	const system = 'neo4j-backup';
	const pods = await collect(installation.kube.list<KubeObject & {readonly spec: {readonly serviceAccountName: string}}>({apiVersion: 'v1', kind: 'Pod', namespace: system}, {labelSelector: 'app.kubernetes.io/component'}));
	t.deepEqual(Object.fromEntries(pods.map(({metadata, spec}) => [metadata.labels!['app.kubernetes.io/component'], spec.serviceAccountName])), Object.fromEntries(Object.keys(flows).map(name => [name, name])));
	const all = new Map([...roles.values()].flatMap(role => rightsOf(role)).map(right => [nameOf(right), right]));
	for (const name of Object.keys(flows)) {
		const own = new Set(rightsOf(roles.get(name)!).map(right => nameOf(right)));
		for (const [right, described] of all) {
			t.is(await mayDo(installation.kubeConfig, `system:serviceaccount:${system}:${name}`, described), own.has(right), `${name}: ${right}`);
		}
	}
});

test('[X-055] no Role gives a right that no flow is shown to need', t => {
	t.deepEqual([...roles.keys()].toSorted(), [...Object.keys(flows), 'sources'].toSorted());
	for (const [name, all] of Object.entries(flows)) {
		const shown = new Set(Object.values(all).flatMap(flow => flow.rights));
		t.deepEqual(rightsOf(roles.get(name)!).map(right => nameOf(right)).toSorted(), [...shown].toSorted(), `the rights of ${name}`);
	}
});
