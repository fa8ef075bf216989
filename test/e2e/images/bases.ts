import path from 'node:path';
import process from 'node:process';
import {writeLayer, type Layer} from './layer.ts';
import {programEntries} from './programs.ts';

const users = [
	'root:x:0:0:root:/root:/sbin/nologin',
	'nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin',
	'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin',
	'',
].join('\n');

/**
Node.js where the image of `Containerfile` has it, with the libraries it needs: no shell, no package manager.
*/
export const nodeLayer = async (folder: string): Promise<Layer> => writeLayer(folder, [
	...await programEntries({[process.execPath]: 'nodejs/bin/node'}),
	{path: 'etc/passwd', text: users},
	{path: 'home/nonroot', folder: true, user: 65_532},
	{path: 'tmp', folder: true, mode: 0o1777},
]);

/** What the two constant scripts of a backup Pod and the program `neo4j-admin` use. */
const tools = ['cat', 'grep', 'mkdir', 'sed', 'sort', 'tee'];

/**
A shell and the few tools of this machine that Neo4j's image has and the scripts in it use.
*/
export const shellLayer = async (folder: string): Promise<Layer> =>
	writeLayer(folder, await programEntries(Object.fromEntries(['sh', ...tools].map(name => [path.join('/bin', name), `bin/${name}`]))));
