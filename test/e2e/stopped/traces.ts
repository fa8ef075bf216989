import {
	readdir, readFile, readlink,
} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {findLeftovers} from '../cluster/leftovers.ts';
import {type ClusterSettings} from '../cluster/settings.ts';
import {execute} from '../cluster/execute.ts';
import {searchPath} from '../cluster/machine.ts';
import {type OwnCheckout} from './own-checkout.ts';

/** What of the machine could be changed by whoever makes networks: each as lines. */
const networkQuestions: ReadonlyArray<readonly [string, ...string[]]> = [
	['ip', '-brief', 'link'], ['ip', 'route', 'show', 'table', 'all'], ['ip', 'rule'], ['ip', 'netns', 'list'], ['iptables-save'],
];

/**
Links, routes, named namespaces and rules of the firewall of the machine's network.
*/
export const networkOf = async (): Promise<readonly string[]> => {
	const answers = await Promise.all(networkQuestions.map(async ([program, ...parameters]) => execute(program, parameters, {env: {...process.env, PATH: searchPath()}})));
	// Comments say when, and counters how often.
	return answers.flatMap(answer => answer.split('\n').filter(line => line !== '' && !line.startsWith('#')).map(line => line.replaceAll(/\[\d+:\d+\]/gv, '')));
};

/**
All namespaces that a process of this machine is in, as `/proc` names them: `net:[4026532288]`.
*/
export const allNamespaces = async (): Promise<ReadonlySet<string>> => namespacesAround(await processesThat(async () => true));

/**
The namespaces that programs of a cluster are in now, but for those known before it.
*/
export const namespacesOf = async (settings: ClusterSettings, known: ReadonlySet<string>): Promise<ReadonlySet<string>> => {
	const {processes} = await findLeftovers(settings);
	const found = await namespacesAround([...processes, ...await processesThat(async pid => isInGroup(pid, settings))]);
	return found.difference(known);
};

const namespacesAround = async (pids: readonly number[]): Promise<Set<string>> => {
	const found = await Promise.all(pids.map(async pid => namespacesOfProcess(pid)));
	return new Set(found.flat());
};

/**
Everything on this machine that is of a checkout's runs: processes, by any sign of it; mounts, control groups and folders; namespaces that were seen before, by a process or a mount; temporary files, and anything in the cache that bears the cluster's name.
*/
export const tracesOf = async ({folder, settings, temporary}: OwnCheckout, namespaces: ReadonlySet<string>): Promise<readonly string[]> => {
	const {processes, ...others} = await findLeftovers(settings);
	const signs = [folder, settings.state, temporary];
	const ofCheckout = await processesThat(async pid => {
		const answers = await Promise.all([isInGroup(pid, settings), bearsSign(pid, signs), isWithin(pid, namespaces)]);
		return answers.includes(true);
	});
	const mounts = await readFile('/proc/self/mountinfo', 'utf8');
	const files = await readdir(temporary);
	const cached = await namesInCache(settings);
	return [
		...await Promise.all([...new Set([...processes, ...ofCheckout])].map(async pid => `process ${pid}: ${await commandOf(pid)}`)),
		...Object.entries(others).flatMap(([kind, found]) => found.map(one => `${kind}: ${one}`)),
		...[...namespaces].filter(namespace => mounts.includes(namespace)).map(namespace => `a mount of ${namespace}`),
		...files.map(name => `temporary: ${name}`),
		...cached.map(name => `cache: ${name}`),
	];
};

/** As deep as its own folders go. */
const namesInCache = async ({name, binaries}: ClusterSettings): Promise<readonly string[]> => {
	const cache = path.dirname(binaries);
	const names: string[] = [];
	for (const entry of await readdir(cache, {withFileTypes: true})) {
		const below = entry.isDirectory() ? await readdir(path.join(cache, entry.name)) : [];
		names.push(...[entry.name, ...below.map(one => path.join(entry.name, one))].filter(one => path.basename(one).includes(name)));
	}

	return names;
};

const processesThat = async (question: (pid: number) => Promise<boolean>): Promise<readonly number[]> => {
	const names = await readdir('/proc');
	const pids = names.filter(name => /^\d+$/v.test(name)).map(Number).filter(pid => pid !== process.pid);
	const found = await Promise.all(pids.map(async pid => await question(pid) ? [pid] : []));
	return found.flat();
};

const isInGroup = async (pid: number, {cgroup}: ClusterSettings): Promise<boolean> => {
	const groups = await textOf(pid, 'cgroup');
	return groups.includes(cgroup);
};

const isWithin = async (pid: number, namespaces: ReadonlySet<string>): Promise<boolean> => {
	const own = await namespacesOfProcess(pid);
	return own.some(namespace => namespaces.has(namespace));
};

const bearsSign = async (pid: number, signs: readonly string[]): Promise<boolean> => {
	const said = [await textOf(pid, 'cmdline'), await textOf(pid, 'environ'), await linkOf(pid, 'cwd'), await linkOf(pid, 'exe')].join('\0');
	return signs.some(sign => said.includes(sign));
};

const commandOf = async (pid: number): Promise<string> => {
	const command = await textOf(pid, 'cmdline');
	return command.replaceAll('\0', ' ').trim();
};

const namespacesOfProcess = async (pid: number): Promise<readonly string[]> => {
	const links = await Promise.all(['net', 'mnt', 'pid', 'ipc', 'uts', 'cgroup'].map(async kind => linkOf(pid, `ns/${kind}`)));
	return links.filter(link => link !== '');
};

/** Empty for a process that has ended meanwhile. */
const textOf = async (pid: number, file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');

const linkOf = async (pid: number, file: string): Promise<string> => readlink(`/proc/${pid}/${file}`).catch(() => '');
