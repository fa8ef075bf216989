/**
`npm run build [-- --folder dist] [--group backup.example.com]`: the files of the image, one for each function and each program of a Job, and the command line.
*/
import {rm} from 'node:fs/promises';
import {parseArgs} from 'node:util';
import {bundleCommandLine} from './bundle-command-line.ts';
import {bundle} from './bundle.ts';
import {present} from '#shared/present.ts';

const {values: {folder, group}} = parseArgs({options: {folder: {type: 'string', default: 'dist'}, group: {type: 'string'}}});

await rm(folder, {recursive: true, force: true});
const {outputs} = await bundle({folder, ...present({group})});
const programs = Object.entries(outputs).filter(([file]) => file.endsWith('.mjs'));
const commandLine = await bundleCommandLine({folder, ...present({group})});
console.log(programs.map(([file, {bytes}]) => `${file}  ${(bytes / 1e6).toFixed(1)} MB`).join('\n'));
console.log(`${commandLine}  (put it on the PATH for kubectl neo4j-backup)`);
