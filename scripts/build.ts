/**
`npm run build [-- --folder dist] [--group backup.example.com]`: the files of the image, one for each function and each program of a Job.
*/
import {rm} from 'node:fs/promises';
import {parseArgs} from 'node:util';
import {bundle} from './bundle.ts';
import {present} from '#shared/present.ts';

const {values: {folder, group}} = parseArgs({options: {folder: {type: 'string', default: 'dist'}, group: {type: 'string'}}});

await rm(folder, {recursive: true, force: true});
const {outputs} = await bundle({folder, ...present({group})});
const programs = Object.entries(outputs).filter(([file]) => file.endsWith('.mjs'));
console.log(programs.map(([file, {bytes}]) => `${file}  ${(bytes / 1e6).toFixed(1)} MB`).join('\n'));
