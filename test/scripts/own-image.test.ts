import {createReadStream} from 'node:fs';
import {
	copyFile, mkdir, mkdtemp, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import test from 'ava';
import {extract, type Header} from 'tar-stream';
import {writeArchive, type ImageConfig} from '../e2e/images/archive.ts';
import {parseContainerfile} from '../e2e/images/containerfile.ts';
import {writeLayer} from '../e2e/images/layer.ts';
import {ownImage} from '../e2e/images/own-image.ts';

const root = path.join(import.meta.dirname, '../..');

type File = {readonly header: Header; readonly content: Uint8Array};

const untar = async (tar: Readable): Promise<ReadonlyMap<string, File>> => {
	const files = new Map<string, File>();
	for await (const entry of tar.pipe(extract())) {
		files.set(entry.header.name, {header: entry.header, content: await buffer(entry)});
	}

	return files;
};

const text = (files: ReadonlyMap<string, File>, name: string): string => new TextDecoder().decode(files.get(name)!.content);

const folder = await mkdtemp(path.join(tmpdir(), 'own-image-'));
test.after.always(async () => {
	await rm(folder, {recursive: true});
});

/** The archive of the image of a project with the real Containerfile and other bundles. */
const assemble = async (containerfile?: string) => {
	const project = await mkdtemp(path.join(folder, 'project-'));
	await mkdir(path.join(project, 'dist'));
	await Promise.all([
		containerfile === undefined ? copyFile(path.join(root, 'Containerfile'), path.join(project, 'Containerfile')) : writeFile(path.join(project, 'Containerfile'), containerfile),
		copyFile(path.join(root, 'LICENSE'), path.join(project, 'LICENSE')),
		...['one.mjs', 'two.mjs', 'two.mjs.map'].map(async name => writeFile(path.join(project, 'dist', name), `// ${name}\n`)),
	]);
	const base = await writeLayer(project, [{path: 'nodejs/bin/node', text: 'Node', mode: 0o755}]);
	const archive = path.join(project, 'image.tar');
	await writeArchive(archive, [await ownImage({
		reference: 'docker.io/library/neo4j-backup-functions:dev', project, folder: project, base,
	})]);
	const files = await untar(createReadStream(archive));
	const [manifest] = JSON.parse(text(files, 'manifest.json')) as [{Config: string; RepoTags: string[]; Layers: string[]}];
	const {config, rootfs} = JSON.parse(text(files, manifest.Config)) as {config: ImageConfig; rootfs: {diff_ids: string[]}};
	return {
		config, rootfs, manifest, layers: await Promise.all(manifest.Layers.map(async layer => untar(Readable.from([files.get(layer)!.content])))),
	};
};

test('the image assembled without a registry is what Containerfile says: user, folder, entrypoint, environment, labels', async t => {
	const {config, manifest} = await assemble();
	const containerfile = await readFile(path.join(root, 'Containerfile'), 'utf8');
	const lines = containerfile.split('\n');
	const said = (instruction: string) => lines.filter(line => line.startsWith(`${instruction} `)).map(line => line.slice(instruction.length + 1));
	t.deepEqual(manifest.RepoTags, ['docker.io/library/neo4j-backup-functions:dev']);
	t.deepEqual([config.User], said('USER'));
	t.deepEqual([config.WorkingDir], said('WORKDIR'));
	t.deepEqual([JSON.stringify(config.Entrypoint)], said('ENTRYPOINT'));
	t.deepEqual(config.Env.slice(-1), said('ENV'));
	t.deepEqual(config.Labels, {'org.opencontainers.image.title': 'neo4j-backup-functions', 'org.opencontainers.image.licenses': 'Apache-2.0'});
});

test('it holds the files that Containerfile copies and no other, readable and nobody\'s to change', async t => {
	const {layers, rootfs, manifest} = await assemble();
	const [, files] = layers;
	t.deepEqual([...files!.keys()], ['app', 'app/LICENSE', 'app/one.mjs', 'app/two.mjs']);
	t.is(text(files!, 'app/one.mjs'), '// one.mjs\n');
	for (const [name, {header}] of files!) {
		const mode = name === 'app' ? 0o755 : 0o644;
		t.like(header, {uid: 0, gid: 0, mode}, `${name} is not as it should be`);
	}

	t.deepEqual(rootfs.diff_ids.map(digest => `${digest.replace('sha256:', '')}/layer.tar`), manifest.Layers);
});

test('the same files make the same image', async t => {
	const [first, second] = [await assemble(), await assemble()];
	t.is(first.manifest.Config, second.manifest.Config);
});

test('an instruction that is not understood, and a pattern that no file matches, are errors', async t => {
	await t.throwsAsync(assemble('FROM base\nRUN make\n'), {message: 'Containerfile: RUN is not understood by what assembles images without a registry'});
	await t.throwsAsync(assemble('FROM base\nCOPY LICENSE bin/*.mjs ./\n'), {message: /^bin\/\*\.mjs: there is no such file to copy into the image/v});
	t.throws(() => parseContainerfile('FROM base\nCOPY --chown=1 LICENSE ./\n'), {message: /only copies into the working folder are/v});
});
