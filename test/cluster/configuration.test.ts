import {Buffer} from 'node:buffer';
import path from 'node:path';
import test from 'ava';
import {KubeConfig} from '@kubernetes/client-node';
import {parse} from 'yaml';
import {componentNames, nodeComponents, type ComponentName} from '../e2e/cluster/components.ts';
import {renderConfiguration} from '../e2e/cluster/configuration.ts';
import {goModules, moduleArguments, readModule} from '../e2e/cluster/go-modules.ts';
import {renderKubeconfig} from '../e2e/cluster/kubeconfig.ts';
import {clusterName, clusterSettings} from '../e2e/cluster/settings.ts';

const settings = clusterSettings('one', '/cache');
const programs = Object.fromEntries(componentNames.map(name => [name, `/programs/${name}`])) as Record<ComponentName, string>;
const files = renderConfiguration(settings, {runc: '/usr/sbin/runc', networkPlugins: '/usr/lib/cni'});

test('what a cluster writes lies below its state folder, and its pods are below its control group', t => {
	const {podLogsDir, cgroupRoot} = parse(files['kubelet.yaml']!) as {podLogsDir: string; cgroupRoot: string};
	t.is(podLogsDir, '/cache/clusters/one/pod-logs');
	t.is(cgroupRoot, '/neo4j-backup-one');
	const {plugins: [{ipam}]} = JSON.parse(files['network/10-pods.conflist']!) as {plugins: [{ipam: {dataDir: string}}]};
	t.is(ipam.dataDir, '/cache/clusters/one/addresses');
});

test('kube-proxy changes none of the settings that are the whole machine\'s', t => {
	const {conntrack} = parse(files['proxy.yaml']!) as {conntrack: unknown};
	t.deepEqual(conntrack, {
		maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s',
	});
});

test('containerd starts sandboxes where nobody may lower an OOM score, with the runc that was found', t => {
	t.regex(files['containerd.toml']!, /restrict_oom_score_adj = true/v);
	t.regex(files['containerd.toml']!, /BinaryName = "\/usr\/sbin\/runc"/v);
});

test('no file of a configuration that a program is started with is missing', t => {
	const components = nodeComponents(settings, programs);
	const named = componentNames.flatMap(name => components[name].command).flatMap(argument => /\/cache\/clusters\/one\/etc\/(?<file>\S+)$/v.exec(argument)?.groups?.['file'] ?? []);
	const kubeconfigs = new Set(['controller-manager', 'scheduler', 'kubelet', 'proxy', 'admin'].map(user => `${user}.kubeconfig`));
	t.deepEqual(named.filter(file => !(file in files) && !kubeconfigs.has(file)), []);
	t.true(named.length > 5);
});

test('a kubeconfig holds all that a client needs, so that it can be copied', t => {
	const config = new KubeConfig();
	config.loadFromString(renderKubeconfig('https://127.0.0.1:6443', {authority: 'A', certificate: 'C', key: 'K'}));
	t.is(config.getCurrentCluster()?.server, 'https://127.0.0.1:6443');
	t.is(config.getCurrentCluster()?.caData, Buffer.from('A').toString('base64'));
	t.is(config.getCurrentUser()?.keyData, Buffer.from('K').toString('base64'));
	t.is(config.getCurrentUser()?.certFile, undefined);
});

test('two checkouts have two clusters, and one has always the same', t => {
	t.not(clusterName('/home/a/checkout'), clusterName('/home/b/checkout'));
	t.is(clusterName('/home/a/checkout'), clusterName('/home/a/checkout'));
	t.notThrows(() => clusterSettings(clusterName('/home/a/checkout'), '/cache'));
});

test('a name or a folder that cannot work is refused before anything is made', t => {
	t.throws(() => clusterSettings('../x', '/cache'), {message: /which "\.\.\/x" has not/v});
	t.throws(() => clusterSettings('one', `/${'x'.repeat(80)}`), {message: /set XDG_CACHE_HOME to a shorter folder/v});
});

test('Kubernetes is built with the version that its go.mod pins', async t => {
	const kubernetes = goModules.find(({name}) => name === 'kubernetes')!;
	const {version, fingerprint} = await readModule(kubernetes);
	t.is(version, 'v1.34.4');
	t.regex(fingerprint, /^[0-9a-f]{12}$/v);
	t.regex(moduleArguments(kubernetes, version, '/out').join(' '), /-o \/out\/ .*version\.gitVersion=v1\.34\.4 .*version\.gitMinor=34 /v);
	t.is(path.basename(kubernetes.folder), 'kubernetes');
});
