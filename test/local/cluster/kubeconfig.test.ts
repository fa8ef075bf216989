import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {stringify} from 'yaml';
import {readKubeconfig} from '#local/cluster/kubeconfig.ts';

const given = {
	apiVersion: 'v1',
	kind: 'Config',
	'current-context': 'kind-development',
	clusters: ['kind-development', 'production'].map(name => ({name, cluster: {server: `https://${name}:6443`, 'certificate-authority': 'authority.crt'}})),
	users: [{name: 'somebody', user: {token: 'a-token'}}],
	contexts: ['kind-development', 'production'].map(name => ({name, context: {cluster: name, user: 'somebody'}})),
};

const fileOf = async (t: ExecutionContext, content: unknown): Promise<string> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'kubeconfig-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const file = path.join(folder, 'kubeconfig');
	await writeFile(file, typeof content === 'string' ? content : stringify(content));
	return file;
};

test('the cluster is that of the current context, or of the one that is named, and certificates are files beside the kubeconfig', async t => {
	const file = await fileOf(t, given);
	const config = await readKubeconfig(file);
	t.is(config.getCurrentCluster()?.server, 'https://kind-development:6443');
	t.is(config.getCurrentCluster()?.caFile, path.join(path.dirname(file), 'authority.crt'));
	const other = await readKubeconfig(file, 'production');
	t.is(other.getCurrentCluster()?.server, 'https://production:6443');
});

test('what is no kubeconfig is refused in words that name the option and what to do', async t => {
	const refused = async (content: unknown, message: RegExp, context?: string) =>
		t.throwsAsync(readKubeconfig(await fileOf(t, content), context), {name: 'ConfigurationError', message});

	await t.throwsAsync(readKubeconfig(''), {name: 'ConfigurationError', message: /^--kubeconfig names no file\. Name the kubeconfig of a cluster/v});
	await t.throwsAsync(readKubeconfig('/nowhere/config'), {message: /^--kubeconfig \/nowhere\/config: there is no such file\. Name the kubeconfig of a cluster/v});
	await t.throwsAsync(readKubeconfig(tmpdir()), {message: /^--kubeconfig \S+: EISDIR.*Name the kubeconfig of a cluster/v});
	await refused('', /^--kubeconfig \S+: it is not a kubeconfig.* Name the kubeconfig of a cluster/v);
	await refused('just text', /: it is not a kubeconfig/v);
	await refused('{not: [yaml', /: it is not a kubeconfig \(/v);
	await refused({apiVersion: 'v1', kind: 'Pod', metadata: {name: 'a'}}, /: it is not a kubeconfig, or one without clusters/v);
	await refused({...given, clusters: [{name: 'a'}]}, /: it is not a kubeconfig \(clusters\[0\]\.cluster is missing\)/v);
	await refused({...given, 'current-context': undefined}, /: it has no current context that is one of its own\. Name one with --context\. It has kind-development, production\./v);
	await refused({...given, contexts: []}, /: it has no current context .* It has none at all\./v);
	await refused(given, /^--context staging: the kubeconfig \S+ has no such context\. It has kind-development, production\./v, 'staging');
	await refused({...given, clusters: [given.clusters[1]]}, /: its context kind-development names the cluster kind-development, which the file does not have/v);
	await refused({...given, users: []}, /: its context kind-development names the user somebody, whom the file does not have/v);
});
