import path from 'node:path';
import {type RunningDbms} from './server.ts';
import {dataClaim, type TargetOptions} from './target.ts';
import {foldersIn} from '#local/node/folders.ts';
import {type Serve} from '#local/node/images.ts';

/** When the server of a Pod is up and the Pod ready, by its name; at once where it is absent. */
export type ComesUp = (pod: string) => Promise<void> | undefined;

/**
Lets the Pods of a target stand for the servers of its DBMS: a server is up while its Pod runs, and none is before its Pod comes. Its data lies on the claim that its Pod mounts, where the DBMS was told so.
*/
export const serveServers = async (dbms: Pick<RunningDbms, 'backupAddresses' | 'startServer' | 'stopServer'>, comesUp?: ComesUp): Promise<Serve> => {
	for (const address of dbms.backupAddresses) {
		await dbms.stopServer(address);
	}

	return async ({pod: {metadata: {name}}}) => {
		const address = dbms.backupAddresses.find(candidate => candidate.startsWith(`${name}.`));
		if (address === undefined) {
			throw new Error(`The Pod ${name} is that of no server: ${dbms.backupAddresses.join(', ')}`);
		}

		let isStopped = false;
		const start = async (): Promise<void> => {
			await (isStopped ? undefined : dbms.startServer(address));
		};

		const ready = comesUp?.(name)?.then(start);
		await (ready ? undefined : start());
		return {
			...ready && {ready},
			async stop() {
				isStopped = true;
				await dbms.stopServer(address);
			},
		};
	};
};

/**
Where each server of a target has its data, by its backup address: on the claim that its Pod mounts, in a runtime with that state folder.
*/
export const dataFolderOf = (target: TargetOptions, state: string) => (address: string): string =>
	foldersIn(path.join(state, 'node')).claim(target.namespace, dataClaim(target, address));
