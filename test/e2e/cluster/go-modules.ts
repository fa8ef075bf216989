import {createHash} from 'node:crypto';
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';

/** A folder with the `go.mod` and `go.sum` that pin what is built of it. */
export type GoModule = {
	readonly name: string;
	readonly folder: string;
	readonly programs: readonly string[];
	/** The packages to build; the folder's own when absent. */
	readonly packages?: readonly string[];
	/** The module whose version counts. */
	readonly main?: string;
	/** How long the first build takes on two cores. */
	readonly patience: string;
};

const kubernetesPrograms = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'kubectl'];

const folderOf = (name: string): string => path.join(import.meta.dirname, 'go', name);

/**
What a node is built of.
*/
export const goModules: readonly GoModule[] = [
	{
		name: 'kubernetes', folder: folderOf('kubernetes'), programs: kubernetesPrograms, packages: kubernetesPrograms.map(program => `k8s.io/kubernetes/cmd/${program}`),
		main: 'k8s.io/kubernetes', patience: 'about 10 minutes the first time',
	},
	{
		name: 'etcd', folder: folderOf('etcd'), programs: ['etcd'], packages: ['go.etcd.io/etcd/server/v3'], main: 'go.etcd.io/etcd/server/v3', patience: 'about a minute the first time',
	},
	{
		name: 'coredns', folder: folderOf('coredns'), programs: ['coredns'], main: 'github.com/coredns/coredns', patience: 'about 3 minutes the first time',
	},
	{
		name: 'pause', folder: folderOf('pause'), programs: ['pause'], patience: 'some seconds',
	},
];

/**
The version that a module pins, and a fingerprint of everything that decides what is built of it.
*/
export const readModule = async (module: GoModule): Promise<{readonly name: string; readonly version: string; readonly fingerprint: string}> => {
	const names = await readdir(module.folder);
	const sources = names.filter(name => /^go\.(?:mod|sum)$|\.go$/v.test(name)).toSorted();
	const contents = await Promise.all(sources.map(async name => readFile(path.join(module.folder, name), 'utf8')));
	const version = module.main ? pinnedVersion(contents.join('\n'), module.main) : '';
	const fingerprint = createHash('sha256').update(JSON.stringify([contents, moduleArguments(module, version, '')])).digest('hex').slice(0, 12);
	return {name: module.name, version, fingerprint};
};

const pinnedVersion = (text: string, main: string): string => {
	const line = text.split('\n').find(candidate => candidate.trim().replace(/^require /v, '').startsWith(`${main} v`));
	if (!line) {
		throw new Error(`No go.mod pins ${main}.`);
	}

	return line.trim().replace(/^require /v, '').split(' ')[1]!;
};

/**
The arguments of `go` that build a module's programs into a folder, or into the program of its name. Without the version flags Kubernetes calls itself v0.0.0.
*/
export const moduleArguments = ({name, programs, packages = ['.']}: GoModule, version: string, output: string): readonly string[] => [
	'build', '-o', programs.length > 1 ? `${output}/` : path.join(output, programs[0]!), '-ldflags', ['-s', '-w', ...name === 'kubernetes' ? versionFlags(version) : []].join(' '), ...packages,
];

const versionFlags = (version: string): readonly string[] => {
	const [major = '', minor = ''] = version.slice(1).split('.');
	const values = {
		gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean', gitCommit: '0', buildDate: '1970-01-01T00:00:00Z',
	};
	return Object.entries(values).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
};
