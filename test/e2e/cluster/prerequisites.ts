/** What was found on this machine. */
export type Machine = {
	readonly platform: string;
	readonly architecture: string;
	readonly root: boolean;
	/** Absolute paths of the programs that are there. */
	readonly programs: Readonly<Record<string, string>>;
	/** The folder with the CNI plugins, if there is one. */
	readonly networkPlugins: string | undefined;
	/** The Go version as `go env GOVERSION` says it, if Go is needed and there. */
	readonly go: string | undefined;
	/** Whether everything that Go makes has been made. */
	readonly built: boolean;
};

/** The programs that a node or its start needs, and Debian's packages that have them. */
export const neededPrograms: Readonly<Record<string, string>> = {
	containerd: 'containerd',
	ctr: 'containerd',
	runc: 'runc',
	iptables: 'iptables',
	ip: 'iproute2',
	openssl: 'openssl',
	mount: 'mount',
	nsenter: 'util-linux',
	unshare: 'util-linux',
	flock: 'util-linux',
	setpriv: 'util-linux',
	bash: 'bash',
	tar: 'tar',
};

const pluginPackage = 'containernetworking-plugins';

/**
Debian's packages that are missing, each once.
*/
export const missingPackages = ({programs, networkPlugins}: Machine): readonly string[] => {
	const missing = Object.entries(neededPrograms).filter(([program]) => !programs[program]).map(([, name]) => name);
	return [...new Set([...missing, ...networkPlugins ? [] : [pluginPackage]])];
};

/**
Everything that keeps a cluster from running on this machine, with what can be done about each; nothing when it can, after its missing packages have been installed.
*/
export const problemsOf = (machine: Machine): readonly string[] => {
	const {platform, architecture, root, programs, go, built} = machine;
	if (platform !== 'linux') {
		return [`It is a Linux node, and this is ${platform}.`];
	}

	const missing = missingPackages(machine);
	return [
		...root ? [] : ['It makes namespaces, mounts and control groups, which only root may: run it as root (sudo), or in a privileged container.'],
		...['x64', 'arm64'].includes(architecture) ? [] : [`Node.js and Kubernetes are not known to run together on ${architecture}.`],
		...missing.length > 0 && !programs['apt-get'] ? [`These are missing, by the names of Debian's packages, and there is no apt-get to install them: ${missing.join(', ')}.`] : [],
		...built ? [] : goProblems(go),
	];
};

const oldestGo = 24;

const goProblems = (version: string | undefined): readonly string[] => {
	const minor = Number(/^go1\.(?<minor>\d+)/v.exec(version ?? '')?.groups?.['minor'] ?? Number.NaN);
	if (version === undefined) {
		return ['Kubernetes, etcd and CoreDNS are built with Go, which is not in PATH: install Go 1.26 or later (https://go.dev/dl/).'];
	}

	return minor < oldestGo ? [`Kubernetes, etcd and CoreDNS need Go 1.26, and this is ${version}, which cannot fetch it: install a newer one (https://go.dev/dl/).`] : [];
};

/**
A cluster cannot run on this machine. The message names each tool or right that is missing, and the way out.
*/
export class CannotRunError extends Error {
	override readonly name = 'CannotRunError';

	constructor(problems: readonly string[], options?: ErrorOptions) {
		super([
			'A Kubernetes node cannot run on this machine:',
			...problems.map(problem => `  - ${problem}`),
			'The suites run on any other cluster too: npm run e2e -- --kubeconfig FILE',
		].join('\n'), options);
	}
}
