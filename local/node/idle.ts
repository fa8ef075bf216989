import {type Node} from './start.ts';

/**
A node on which nothing ever runs.
*/
export const idleNode: Node = {
	logs: async () => undefined,
	settled: async () => undefined,
	claimFolder(namespace, name) {
		throw new Error(`There is no node that could hold the claim ${namespace}/${name}`);
	},
	close: async () => undefined,
};
