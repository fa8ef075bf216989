import path from 'node:path';
import {type Image} from './archive.ts';
import {writeLayer, type Entry, type Layer} from './layer.ts';

export type StandInOptions = {
	/** Folder for layers. */
	readonly folder: string;
	/** Folder with the bundles of the stand-ins: `<name>.mjs`. */
	readonly bundles: string;
	/** Node and its libraries. */
	readonly node: Layer;
};

const neo4jHome = 'var/lib/neo4j';

/** As in Neo4j's image, a program that a shell finds by its name. */
const adminProgram: Entry = {
	path: `${neo4jHome}/bin/neo4j-admin`, mode: 0o755, text: `#!/bin/sh\nexec /nodejs/bin/node /${neo4jHome}/lib/neo4j-admin.mjs "$@"\n`,
};

/**
The stand-in for Neo4j Enterprise, once for each version: its `neo4j-admin`, and a server as entrypoint. Its files are where the real image has them, and it says no user, as the real one, whose entrypoint begins as root.
*/
export const neo4jImages = async ({folder, bundles, node, shell, versions}: StandInOptions & {readonly shell: Layer; readonly versions: readonly string[]}): Promise<readonly Image[]> => {
	const programs = await writeLayer(folder, [
		adminProgram,
		...['neo4j-admin', 'neo4j-server'].map(name => ({path: `${neo4jHome}/lib/${name}.mjs`, file: path.join(bundles, `${name}.mjs`)})),
		{path: 'data', folder: true, user: 7474},
		{path: `${neo4jHome}/data`, link: '/data'},
	]);
	return versions.map(version => ({
		reference: `docker.io/library/neo4j:${version}-enterprise`,
		config: {
			Entrypoint: ['/nodejs/bin/node', `/${neo4jHome}/lib/neo4j-server.mjs`],
			Env: [`PATH=/${neo4jHome}/bin:/usr/local/bin:/usr/bin:/bin`, `NEO4J_HOME=/${neo4jHome}`, 'NEO4J_EDITION=enterprise', `NEO4J_VERSION=${version}`],
			WorkingDir: `/${neo4jHome}`,
		},
		layers: [node, shell, programs],
	}));
};

/**
The embedded eventing, for a cluster in which Knative cannot be had.
*/
export const eventingImage = async ({folder, bundles, node}: StandInOptions): Promise<Image> => ({
	reference: 'docker.io/library/embedded-eventing:e2e',
	config: {
		Entrypoint: ['/nodejs/bin/node', '/app/eventing.mjs'], Env: ['PATH=/nodejs/bin', 'NODE_ENV=production'], User: '65532:65532', WorkingDir: '/app',
	},
	layers: [node, await writeLayer(folder, [{path: 'app/eventing.mjs', file: path.join(bundles, 'eventing.mjs')}])],
});
