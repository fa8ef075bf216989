import process from 'node:process';
import {execute} from './cluster/execute.ts';

/**
Installs Debian's packages by their names. It needs apt-get, and root.
*/
export const installPackages = async (packages: readonly string[]): Promise<void> => {
	const env = {...process.env, DEBIAN_FRONTEND: 'noninteractive'};
	try {
		await execute('apt-get', ['update', '--quiet'], {env});
		await execute('apt-get', ['install', '--quiet', '--yes', '--no-install-recommends', ...packages], {env});
	} catch (error) {
		throw new Error(`apt-get could not install ${packages.join(', ')}: ${String(error)}`, {cause: error});
	}
};
