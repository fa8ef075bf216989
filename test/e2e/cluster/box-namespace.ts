import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {execute} from './execute.ts';
import {fixedFolders} from './fixed-folders.ts';
import {addresses, type ClusterSettings} from './settings.ts';

/**
Furnishes the namespaces of a box, from inside. Everything here is gone with the last process of the box, and nothing outside sees it.
*/
export const furnishNamespaces = async (settings: ClusterSettings): Promise<void> => {
	await Promise.all([mountOwnFolders(), coverMachineSettings(settings), addAddresses()]);
};

const mountOwnFolders = async (): Promise<void> => {
	await Promise.all(fixedFolders.map(async folder => execute('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', folder])));
};

/** Kubelet insists on these three settings of the whole machine, and writes them: it gets files to look at and to write instead. */
const machineSettings = {'vm/overcommit_memory': '1', 'kernel/panic': '10', 'kernel/panic_on_oops': '1'} as const;

const coverMachineSettings = async ({state}: ClusterSettings): Promise<void> => {
	const folder = path.join(state, 'machine-settings');
	await mkdir(folder);
	await Promise.all(Object.entries(machineSettings).map(async ([name, value]) => {
		const file = path.join(folder, name.replace('/', '_'));
		await writeFile(file, `${value}\n`);
		await execute('mount', ['--bind', file, `/proc/sys/${name}`]);
	}));
};

/** The node's address is on the loopback: there is no link that leads out of the namespace, and so no way for a packet to leave it. */
const addAddresses = async (): Promise<void> => {
	await execute('ip', ['link', 'set', 'lo', 'up']);
	await execute('ip', ['address', 'add', `${addresses.node}/32`, 'dev', 'lo']);
	// What is sent to a Service has to be on some way before kube-proxy's rules can send it on a better one.
	await execute('ip', ['route', 'add', addresses.services, 'dev', 'lo', 'src', addresses.node]);
	await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
};
