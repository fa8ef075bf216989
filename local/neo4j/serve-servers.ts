import {type RunningDbms} from './server.ts';
import {type Serve} from '#local/node/images.ts';

/**
Lets the Pods of a target stand for the servers of its DBMS: a server is up while its Pod runs, and none is before its Pod comes. Its data lies on the claim that its Pod mounts, where the DBMS was told so.
*/
export const serveServers = async (dbms: Pick<RunningDbms, 'backupAddresses' | 'startServer' | 'stopServer'>): Promise<Serve> => {
	for (const address of dbms.backupAddresses) {
		await dbms.stopServer(address);
	}

	return async ({pod: {metadata: {name}}}) => {
		const address = dbms.backupAddresses.find(candidate => candidate.startsWith(`${name}.`));
		if (address === undefined) {
			throw new Error(`The Pod ${name} is that of no server: ${dbms.backupAddresses.join(', ')}`);
		}

		await dbms.startServer(address);
		return {stop: async () => dbms.stopServer(address)};
	};
};
