import path from 'node:path';
import {stringify} from 'yaml';
import {
	addresses, nodeName, places, type ClusterSettings,
} from './settings.ts';

/** Where Debian, and where others, have put what a node needs. */
export type HostPrograms = {readonly runc: string; readonly networkPlugins: string};

/**
The configuration files of a node's programs: names below its folder `etc`, and what is in them. The network's has a folder of its own, because containerd reads whatever lies there.
*/
export const renderConfiguration = (settings: ClusterSettings, programs: HostPrograms): Readonly<Record<string, string>> => ({
	'kubelet.yaml': stringify(kubelet(settings)),
	'proxy.yaml': stringify(proxy(settings)),
	'containerd.toml': containerd(settings, programs),
	'network/10-pods.conflist': JSON.stringify(network(settings)),
	Corefile: corefile(settings),
});

const kubelet = (settings: ClusterSettings) => {
	const {keys, containerdSocket} = places(settings);
	return {
		apiVersion: 'kubelet.config.k8s.io/v1beta1',
		kind: 'KubeletConfiguration',
		address: addresses.node,
		containerRuntimeEndpoint: `unix://${containerdSocket}`,
		cgroupDriver: 'cgroupfs',
		cgroupRoot: `/${settings.cgroup}`,
		// From 1.35 on kubelet refuses control groups of version 1 otherwise.
		failCgroupV1: false,
		failSwapOn: false,
		maxOpenFiles: 20_000,
		enforceNodeAllocatable: ['pods'],
		authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: path.join(keys, 'authority.crt')}},
		authorization: {mode: 'Webhook'},
		tlsCertFile: path.join(keys, 'kubelet-server.crt'),
		tlsPrivateKeyFile: path.join(keys, 'kubelet-server.key'),
		clusterDomain: 'cluster.local',
		clusterDNS: [addresses.node],
		// Nothing of the machine's own name servers.
		resolvConf: '',
		podLogsDir: path.join(settings.state, 'pod-logs'),
		// A test machine's disk may be rather full; images come from files and could not be fetched again.
		evictionHard: {
			'memory.available': '100Mi', 'nodefs.available': '1%', 'nodefs.inodesFree': '1%', 'imagefs.available': '1%',
		},
		imageGCHighThresholdPercent: 100,
		imageGCLowThresholdPercent: 99,
		nodeStatusUpdateFrequency: '5s',
		syncFrequency: '10s',
		volumePluginDir: path.join(settings.state, 'volume-plugins'),
		staticPodPath: '',
	};
};

const proxy = (settings: ClusterSettings) => ({
	apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
	kind: 'KubeProxyConfiguration',
	mode: 'iptables',
	bindAddress: addresses.node,
	nodePortAddresses: ['primary'],
	healthzBindAddress: '127.0.0.1:10256',
	metricsBindAddress: '127.0.0.1:10249',
	hostnameOverride: nodeName,
	clusterCIDR: addresses.pods,
	clientConnection: {kubeconfig: path.join(places(settings).configuration, 'proxy.kubeconfig')},
	// These settings are the machine's, not the namespace's.
	conntrack: {
		maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s',
	},
});

const network = ({state}: ClusterSettings) => ({
	cniVersion: '1.0.0',
	name: 'pods',
	plugins: [{
		type: 'bridge',
		bridge: 'cni0',
		isGateway: true,
		// Nothing leaves the namespace, so there is nothing to hide an address from.
		ipMasq: false,
		hairpinMode: true,
		ipam: {
			type: 'host-local', dataDir: path.join(state, 'addresses'), ranges: [[{subnet: addresses.pods}]], routes: [{dst: '0.0.0.0/0'}],
		},
	}],
});

const corefile = (settings: ClusterSettings): string => `.:53 {
  errors
  ready 127.0.0.1:8181
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig ${places(settings).insideKubeconfig}
  }
}
`;

/** `restrict_oom_score_adj`: without it no sandbox starts where CAP_SYS_RESOURCE is missing ("can't get final child's PID from pipe: EOF"). */
const containerd = (settings: ClusterSettings, {runc, networkPlugins}: HostPrograms): string => `version = 2
root = "${settings.state}/containerd/root"
state = "${settings.state}/containerd/state"
disabled_plugins = [${[...unusedSnapshotters, ...tracing].map(plugin => `"io.containerd.${plugin}"`).join(', ')}]
[grpc]
  address = "${places(settings).containerdSocket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${settings.state}/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  netns_mounts_under_state_dir = true
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${networkPlugins}"
    conf_dir = "${places(settings).configuration}/network"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "${runc}"
        SystemdCgroup = false
`;

/** The image of each pod's first process, built beside the binaries. */
export const pauseImage = 'localhost/pause:1';

const unusedSnapshotters = ['btrfs', 'zfs', 'devmapper', 'aufs', 'native'].map(name => `snapshotter.v1.${name}`);
const tracing = ['tracing.processor.v1.otlp', 'internal.v1.tracing'];
