import {glob} from 'node:fs/promises';
import path from 'node:path';
import {build, type Metafile} from 'esbuild';

const root = path.join(import.meta.dirname, '..');

/** Packages in CommonJS call `require`, which modules do not have. The import has a name that no package declares too. */
export const requireBanner = 'import {createRequire as requireFrom} from \'node:module\'; const require = requireFrom(import.meta.url);';

export type BundleOptions = {
	readonly folder: string;
	/** The API group of both kinds; absent: that of the source. */
	readonly group?: string;
	readonly sourceMaps?: boolean;
	/** Other programs in their place: each name and its main file. */
	readonly programs?: Readonly<Record<string, string>>;
};

/**
Bundles every function and every program of a Job into one file `<name>.mjs` each, and says which modules went into which. Cloud SDKs stay behind their dynamic import: they are in the file, and are run when the first store of their kind is opened.
*/
export const bundle = async ({folder, group, sourceMaps = true, programs}: BundleOptions): Promise<Metafile> => {
	const {metafile} = await build({
		absWorkingDir: root,
		entryPoints: programs ? Object.entries(programs).map(([name, main]) => ({in: main, out: name})) : await entryPoints(),
		outdir: folder,
		bundle: true,
		metafile: true,
		format: 'esm',
		platform: 'node',
		target: 'node24',
		outExtension: {'.js': '.mjs'},
		sourcemap: sourceMaps && 'linked',
		legalComments: 'eof',
		banner: {js: requireBanner},
		define: group === undefined ? {} : {API_GROUP: JSON.stringify(group)},
		logLevel: 'warning',
	});
	return metafile;
};

const entryPoints = async (): Promise<Array<{in: string; out: string}>> => {
	const programs: Array<{in: string; out: string}> = [];
	for await (const main of glob('{functions,jobs}/*/main.ts', {cwd: root})) {
		programs.push({in: main, out: path.basename(path.dirname(main))});
	}

	return programs;
};
