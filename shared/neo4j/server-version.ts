import {toError} from '../errors.ts';
import {type DatabasesQuestion} from './databases.ts';
import {withDriver} from './bolt.ts';

export type ServerVersion = {readonly version: string; readonly isCommunity: boolean};

/**
Version and edition as the server itself says, for a target whose image tag and status do not (decision D36). Undefined when Bolt does not answer in time.
*/
export const serverVersion = async ({timeoutMs = 5000, onFailure, ...connection}: DatabasesQuestion): Promise<ServerVersion | undefined> => {
	try {
		return await withDriver(connection, timeoutMs, async driver => {
			const session = driver.session({database: 'system', defaultAccessMode: 'READ'});
			const {records} = await session.run('CALL dbms.components() YIELD name, versions, edition');
			const kernel = records.find(record => record.get('name') === 'Neo4j Kernel');
			const [version] = kernel?.get('versions') as readonly string[] | undefined ?? [];
			return version === undefined ? undefined : {version, isCommunity: kernel!.get('edition') === 'community'};
		});
	} catch (error) {
		onFailure?.(toError(error));
		return undefined;
	}
};
