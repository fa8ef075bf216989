import {mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {execute} from './execute.ts';
import {apiServerAddress} from './components.ts';
import {renderKubeconfig} from './kubeconfig.ts';
import {
	addresses, nodeName, places, type ClusterSettings,
} from './settings.ts';

type Certificate = {readonly name: string; readonly subject: string; readonly alternatives?: readonly string[]};

const servers: readonly Certificate[] = [
	{
		name: 'apiserver',
		subject: '/CN=kube-apiserver',
		alternatives: [
			...['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'].map(name => `DNS:${name}`),
			...['127.0.0.1', addresses.node, addresses.kubernetes].map(address => `IP:${address}`),
		],
	},
	{name: 'kubelet-server', subject: `/CN=${nodeName}`, alternatives: [`DNS:${nodeName}`, `IP:${addresses.node}`, 'IP:127.0.0.1']},
];

/** Who has a kubeconfig, and as whom the API server knows it. */
const users: readonly Certificate[] = [
	{name: 'admin', subject: '/O=system:masters/CN=admin'},
	{name: 'controller-manager', subject: '/CN=system:kube-controller-manager'},
	{name: 'scheduler', subject: '/CN=system:kube-scheduler'},
	{name: 'proxy', subject: '/CN=system:kube-proxy'},
	{name: 'kubelet', subject: `/O=system:nodes/CN=system:node:${nodeName}`},
];

const clients: readonly Certificate[] = [...users, {name: 'apiserver-kubelet', subject: '/O=system:masters/CN=kube-apiserver-kubelet-client'}];

/**
Makes an authority for one cluster, and the keys, certificates and kubeconfigs of everything in it.
*/
export const writeCertificates = async (settings: ClusterSettings): Promise<void> => {
	const {keys, configuration} = places(settings);
	await mkdir(keys, {recursive: true});
	await mkdir(configuration, {recursive: true});
	await openssl(keys, [
		'req',
		'-x509',
		...newKey('authority'),
		'-subj',
		'/CN=e2e-authority',
		'-addext',
		'basicConstraints=critical,CA:TRUE',
		'-addext',
		'keyUsage=critical,keyCertSign,cRLSign',
	]);
	await Promise.all([
		...servers.map(async certificate => sign(keys, certificate, 'serverAuth')),
		...clients.map(async certificate => sign(keys, certificate, 'clientAuth')),
		serviceAccountKeys(keys),
	]);
	await Promise.all(users.map(async ({name}) => {
		const kubeconfig = renderKubeconfig(apiServerAddress, await readCredentials(settings, name));
		await writeFile(path.join(configuration, `${name}.kubeconfig`), kubeconfig, {mode: 0o600});
	}));
};

/**
What a user of the cluster shows and trusts.
*/
export const readCredentials = async (settings: ClusterSettings, user = 'admin') => {
	const read = async (name: string): Promise<string> => readFile(path.join(places(settings).keys, name), 'utf8');
	return {authority: await read('authority.crt'), certificate: await read(`${user}.crt`), key: await read(`${user}.key`)};
};

const sign = async (folder: string, {name, subject, alternatives = []}: Certificate, usage: string): Promise<void> => openssl(folder, [
	'req',
	'-x509',
	...newKey(name),
	'-subj',
	subject,
	'-CA',
	'authority.crt',
	'-CAkey',
	'authority.key',
	'-addext',
	'basicConstraints=critical,CA:FALSE',
	'-addext',
	`extendedKeyUsage=${usage}`,
	...alternatives.length > 0 ? ['-addext', `subjectAltName=${alternatives.join(',')}`] : [],
]);

const newKey = (name: string): readonly string[] => [
	'-new', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', `${name}.key`, '-out', `${name}.crt`, '-days', '30',
];

const serviceAccountKeys = async (folder: string): Promise<void> => {
	await openssl(folder, ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'service-accounts.key']);
	await openssl(folder, ['pkey', '-in', 'service-accounts.key', '-pubout', '-out', 'service-accounts.pub']);
};

const openssl = async (cwd: string, parameters: readonly string[]): Promise<void> => {
	await execute('openssl', parameters, {cwd});
};
