import {
	cp, mkdir, rm,
} from 'node:fs/promises';
import path from 'node:path';
import {bundle} from '../../../scripts/bundle.ts';
import {writeArchive} from './archive.ts';
import {nodeLayer, shellLayer} from './bases.ts';
import {ownImage} from './own-image.ts';
import {eventingImage, neo4jImages} from './stand-ins.ts';

const root = path.join(import.meta.dirname, '../../..');

/** The name of the project's own image in manifests. */
const ownImageName = 'neo4j-backup-functions:dev';

/** Versions of Neo4j that there is a stand-in for: the oldest supported, the last of the old numbering's, and newer ones. */
const neo4jVersions = ['5.26.3', '2025.12.0', '2026.05.0'] as const;

const standIns = {
	'neo4j-admin': 'local/neo4j/admin/main.ts', 'neo4j-server': 'local/neo4j/main.ts', eventing: 'local/eventing/main.ts',
};

/**
Makes everything that runs as a container in the suites, in a folder of its own, and answers the one archive with all images. The project's own image holds bundles that are made now, so that it is never older than the code.
*/
export const buildImages = async (folder: string): Promise<string> => {
	await rm(folder, {recursive: true, force: true});
	const [layers, bundles, project] = ['layers', 'bundles', 'project'].map(name => path.join(folder, name)) as [string, string, string];
	await Promise.all([layers, bundles, project].map(async made => mkdir(made, {recursive: true})));

	const [node, shell] = await Promise.all([
		nodeLayer(layers),
		shellLayer(layers),
		bundle({folder: bundles, programs: standIns, sourceMaps: false}),
		bundle({folder: path.join(project, 'dist'), sourceMaps: false}),
		...['Containerfile', 'LICENSE'].map(async name => cp(path.join(root, name), path.join(project, name))),
	]);
	const options = {folder: layers, bundles, node};
	const archive = path.join(folder, 'images.tar');
	await writeArchive(archive, [
		await ownImage({
			reference: `docker.io/library/${ownImageName}`, project, folder: layers, base: node,
		}),
		...await neo4jImages({...options, shell, versions: neo4jVersions}),
		await eventingImage(options),
	]);
	return archive;
};
