import {type Connection} from './connect.ts';

/**
Catches up with the API server unless nothing at all was written there since the last time: one small request in place of a list of everything that is followed. The resourceVersion of a list is that of the whole API server, whatever was listed.
*/
export const catchUpAfterChanges = ({list}: Pick<Connection, 'list'>, catchUp: () => Promise<void>): (() => Promise<void>) => {
	let caughtUpTo: string | undefined;
	return async () => {
		const {resourceVersion} = await list('/api/v1/namespaces', {limit: '1'});
		if (resourceVersion !== caughtUpTo) {
			await catchUp();
			caughtUpTo = resourceVersion;
		}
	};
};
