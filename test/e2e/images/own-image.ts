import {glob, readFile} from 'node:fs/promises';
import path from 'node:path';
import {type Image} from './archive.ts';
import {parseContainerfile} from './containerfile.ts';
import {writeLayer, type Layer} from './layer.ts';

export type OwnImageOptions = {
	readonly reference: string;
	/** Folder with `Containerfile`, `LICENSE` and `dist/`. */
	readonly project: string;
	/** Folder for layers. */
	readonly folder: string;
	/** In place of the image that `FROM` names, which cannot be pulled: Node and its libraries. */
	readonly base: Layer;
};

/** What the image that `Containerfile` stands on says itself. */
const baseEnvironment = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt'];

/**
The project's own image: what `Containerfile` says, instruction by instruction, without a builder and without a registry.
*/
export const ownImage = async ({reference, project, folder, base}: OwnImageOptions): Promise<Image> => {
	const {labels, environment, folder: workingFolder, copied, user, entrypoint} = parseContainerfile(await readFile(path.join(project, 'Containerfile'), 'utf8'));
	const files: string[] = [];
	for await (const file of glob(copied, {cwd: project})) {
		files.push(file);
	}

	const missing = copied.filter(pattern => !files.some(file => path.matchesGlob(file, pattern)));
	if (missing.length > 0) {
		throw new Error(`${missing.join(', ')}: there is no such file to copy into the image; run \`npm run build\` first`);
	}

	return {
		reference,
		config: {
			Entrypoint: entrypoint,
			Env: [...baseEnvironment, ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)],
			User: user,
			WorkingDir: workingFolder,
			Labels: labels,
		},
		layers: [base, await writeLayer(folder, files.toSorted().map(file => ({path: path.join(workingFolder.slice(1), path.basename(file)), file: path.join(project, file)})))],
	};
};
