import {dirname, join} from 'node:path';
import process from 'node:process';

/**
What a container of Neo4j's image finds: where its programs are and what its environment holds.
*/
export type Image = {
	readonly path: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	/** Where the stand-in looks for a database's data, by the variable that moves it. */
	readonly builtIn: Readonly<Record<string, string>>;
};

/**
The stand-in for `neo4j:<version>-enterprise` and `neo4j/neo4j-admin:<version>-enterprise`, for a node that runs containers as processes.
*/
export const neo4jImage = (version: string): Image => ({
	path: [join(import.meta.dirname, 'admin'), dirname(process.execPath), '/usr/bin', '/bin'],
	env: {NEO4J_VERSION: version, NEO4J_HOME: '/var/lib/neo4j', NEO4J_EDITION: 'enterprise'},
	builtIn: {STAND_IN_DATA: '/data'},
});
