import path from 'node:path';
import {chmod} from 'node:fs/promises';
import {build} from 'esbuild';
import {requireBanner} from './bundle.ts';
import {present} from '#shared/present.ts';

const root = path.join(import.meta.dirname, '..');

/**
Bundles the command line into one file that can be run as it is where Node.js 24 is, named so that `kubectl neo4j-backup` finds it on the PATH. Answers where it lies.
*/
export const bundleCommandLine = async ({folder, group}: {readonly folder: string; readonly group?: string}): Promise<string> => {
	const outfile = path.join(folder, 'kubectl-neo4j_backup');
	await build({
		absWorkingDir: root,
		entryPoints: ['cli/main.ts'],
		outfile,
		bundle: true,
		format: 'esm',
		platform: 'node',
		target: 'node24',
		legalComments: 'eof',
		banner: {js: `#!/usr/bin/env node\n${requireBanner}`},
		...present({define: group === undefined ? undefined : {API_GROUP: JSON.stringify(group)}}),
		logLevel: 'warning',
	});
	await chmod(outfile, 0o755);
	return outfile;
};
