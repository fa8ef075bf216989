import {type RunningDbms} from './server.ts';
import {type Serve} from '#local/node/images.ts';

/**
Lets the Pods of a target stand for the servers of its DBMS: a server answers while its Pod runs, and Bolt while any server does. None answers before its Pod comes.
*/
export const serveServers = async (dbms: Pick<RunningDbms, 'backupAddresses' | 'setUnreachable' | 'setBolt'>): Promise<Serve> => {
	const up = new Set<string>();
	const setUp = async (address: string, isUp: boolean): Promise<void> => {
		up[isUp ? 'add' : 'delete'](address);
		await dbms.setUnreachable(address, !isUp);
		await dbms.setBolt(up.size > 0 ? 'answers' : 'refuses');
	};

	for (const address of dbms.backupAddresses) {
		await setUp(address, false);
	}

	return async ({pod: {metadata: {name}}}) => {
		const address = dbms.backupAddresses.find(candidate => candidate.startsWith(`${name}.`));
		if (address === undefined) {
			throw new Error(`The Pod ${name} is that of no server: ${dbms.backupAddresses.join(', ')}`);
		}

		await setUp(address, true);
		return {stop: async () => setUp(address, false)};
	};
};
