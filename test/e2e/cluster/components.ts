import path from 'node:path';
import {
	addresses, nodeName, places, type ClusterSettings,
} from './settings.ts';

/** A program of the node, by the name of its log. */
export type Component = {readonly name: ComponentName; readonly command: readonly [string, ...string[]]};

export type ComponentName = (typeof componentNames)[number];

export const componentNames = [
	'etcd', 'kube-apiserver', 'containerd', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'coredns',
] as const;

export const apiServerAddress = `https://${addresses.node}:${addresses.apiPort}`;

export const etcdAddress = 'http://127.0.0.1:2379';

/**
The command line of each program of the node. `programs` says where each lies.
*/
export const nodeComponents = (settings: ClusterSettings, programs: Readonly<Record<ComponentName, string>>): Readonly<Record<ComponentName, Component>> => {
	const {configuration} = places(settings);
	const inConfiguration = (name: string): string => path.join(configuration, name);
	const argumentsOf: Readonly<Record<ComponentName, readonly string[]>> = {
		etcd: etcd(settings),
		'kube-apiserver': apiServer(settings),
		containerd: ['--config', inConfiguration('containerd.toml')],
		'kube-controller-manager': controllerManager(settings),
		'kube-scheduler': [...onLoopback(inConfiguration('scheduler.kubeconfig'))],
		kubelet: [
			`--config=${inConfiguration('kubelet.yaml')}`,
			`--kubeconfig=${inConfiguration('kubelet.kubeconfig')}`,
			`--hostname-override=${nodeName}`,
			`--node-ip=${addresses.node}`,
			`--root-dir=${settings.state}/kubelet`,
			`--cert-dir=${settings.state}/kubelet/pki`,
			'--v=2',
		],
		'kube-proxy': [`--config=${inConfiguration('proxy.yaml')}`, '--v=2'],
		coredns: ['-conf', inConfiguration('Corefile')],
	};
	return Object.fromEntries(componentNames.map(name => [name, {name, command: [programs[name], ...argumentsOf[name]]}])) as unknown as Readonly<Record<ComponentName, Component>>;
};

const etcd = ({state}: ClusterSettings): readonly string[] => [
	'--name=e2e',
	`--data-dir=${state}/etcd`,
	`--listen-client-urls=${etcdAddress}`,
	`--advertise-client-urls=${etcdAddress}`,
	'--listen-peer-urls=http://127.0.0.1:2380',
	'--initial-advertise-peer-urls=http://127.0.0.1:2380',
	'--initial-cluster=e2e=http://127.0.0.1:2380',
	// Nothing of it outlives the machine.
	'--unsafe-no-fsync',
	'--log-level=warn',
];

const apiServer = (settings: ClusterSettings): readonly string[] => {
	const key = (name: string): string => path.join(places(settings).keys, name);
	return [
		`--etcd-servers=${etcdAddress}`,
		'--bind-address=0.0.0.0',
		`--secure-port=${addresses.apiPort}`,
		`--advertise-address=${addresses.node}`,
		`--tls-cert-file=${key('apiserver.crt')}`,
		`--tls-private-key-file=${key('apiserver.key')}`,
		`--client-ca-file=${key('authority.crt')}`,
		'--service-account-issuer=https://kubernetes.default.svc.cluster.local',
		`--service-account-key-file=${key('service-accounts.pub')}`,
		`--service-account-signing-key-file=${key('service-accounts.key')}`,
		`--service-cluster-ip-range=${addresses.services}`,
		'--authorization-mode=Node,RBAC',
		// The second as OpenShift has it: who makes a child that blocks the deletion of its owner needs a right on that owner.
		'--enable-admission-plugins=NodeRestriction,OwnerReferencesPermissionEnforcement',
		`--kubelet-client-certificate=${key('apiserver-kubelet.crt')}`,
		`--kubelet-client-key=${key('apiserver-kubelet.key')}`,
		`--kubelet-certificate-authority=${key('authority.crt')}`,
		'--kubelet-preferred-address-types=InternalIP',
	];
};

const controllerManager = (settings: ClusterSettings): readonly string[] => {
	const {keys, configuration} = places(settings);
	return [
		...onLoopback(path.join(configuration, 'controller-manager.kubeconfig')),
		'--use-service-account-credentials',
		`--service-account-private-key-file=${path.join(keys, 'service-accounts.key')}`,
		`--root-ca-file=${path.join(keys, 'authority.crt')}`,
		`--flex-volume-plugin-dir=${settings.state}/volume-plugins`,
		// At the default rate the first ServiceAccount comes after six seconds, and a pod before it is refused.
		'--kube-api-qps=500',
		'--kube-api-burst=1000',
	];
};

const onLoopback = (kubeconfig: string): readonly string[] => [
	...['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map(flag => `--${flag}=${kubeconfig}`), '--bind-address=127.0.0.1', '--leader-elect=false',
];
