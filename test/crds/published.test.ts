import {spawnSync} from 'node:child_process';
import {glob} from 'node:fs/promises';
import process from 'node:process';
import anyTest, {type ExecutionContext, type TestFn} from 'ava';
import {
	readManifest, startCrdServer, type CrdServer, type Json, type Manifest,
} from './api-server.ts';
import {backup} from './backup-refusals.ts';
import {accepts} from './refusal.ts';
import {restore} from './restore-refusals.ts';
import {findSchemaProblems} from '#local/apiserver/schema/structural.ts';

const test = anyTest as TestFn<CrdServer>;

test.before(async t => {
	t.context = await startCrdServer();
});

test.after.always(async t => {
	await t.context.close();
});

const kinds = [
	{
		file: 'crds/neo4jbackups.yaml', kind: 'Neo4jBackup', plural: 'neo4jbackups', version: 'v1alpha1', other: 'v1beta1', manifest: backup,
	},
	{
		file: 'crds/neo4jrestores.yaml', kind: 'Neo4jRestore', plural: 'neo4jrestores', version: 'v1beta1', other: 'v1alpha1', manifest: restore,
	},
] as const;

type Kind = (typeof kinds)[number];

const rows = {
	Neo4jBackup: {exists: 'B-001', version: 'B-002'},
	Neo4jRestore: {exists: 'R-001', version: 'R-002'},
} as const;

const getJson = async (t: ExecutionContext<CrdServer>, path: string): Promise<Json> => {
	const response = await t.context.get(path);
	return await response.json() as Json;
};

const resourcesOf = async (t: ExecutionContext<CrdServer>, version: string) => {
	const {resources} = await getJson(t, `/apis/neo4j.neo4j.com/${version}`);
	return resources as ReadonlyArray<{readonly name: string; readonly kind: string; readonly namespaced: boolean}>;
};

for (const {file, kind, plural, version, other, manifest} of kinds) {
	test(`[${rows[kind].exists}] the CRD ${plural}.neo4j.neo4j.com defines the namespaced kind ${kind} with a status subresource`, async t => {
		const {spec, metadata} = await getJson(t, `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.neo4j.neo4j.com`) as unknown as Manifest;
		t.like(spec, {group: 'neo4j.neo4j.com', scope: 'Namespaced', names: {kind, plural}});
		t.like(metadata, {labels: {'app.kubernetes.io/part-of': 'neo4j-backup'}});
		const resources = await resourcesOf(t, version);
		t.like(resources.find(({name}) => name === plural), {kind, namespaced: true});
		t.like(resources.find(({name}) => name === `${plural}/status`), {kind, namespaced: true});
	});

	test(`[${rows[kind].version}] ${kind} is served and stored in ${version}, and in no other version`, async t => {
		const {spec} = await readManifest(file);
		t.like(spec['versions'], [{name: version, served: true, storage: true}]);
		t.is((spec['versions'] as unknown[]).length, 1);
		const stored = await accepts(t, t.context.tryCreate(manifest));
		t.is(stored.apiVersion, `neo4j.neo4j.com/${version}`);
		const elsewhere = await resourcesOf(t, other);
		t.false(elsewhere.some(({name}) => name.startsWith(plural)));
		const refused = await t.context.tryCreate({...manifest, apiVersion: `neo4j.neo4j.com/${other}`});
		t.is(refused.code, 404);
	});

	test(`the schema of ${kind} is one that a Kubernetes API server takes`, async t => {
		const {spec} = await readManifest(file);
		const [{schema}] = spec['versions'] as [{schema: {openAPIV3Schema: Record<string, unknown>}}];
		t.deepEqual(findSchemaProblems(schema.openAPIV3Schema), []);
	});
}

type Described = {readonly description?: string; readonly properties?: Readonly<Record<string, Described>>; readonly items?: Described; readonly additionalProperties?: Described};

// The server describes these itself, for every kind.
const common = new Set(['apiVersion', 'kind', 'metadata']);

const undescribed = (schema: Described, path: string): string[] => [
	.../^[A-Z].*\.$/sv.test(schema.description ?? '') ? [] : [path],
	...Object.entries(schema.properties ?? {}).filter(([name]) => path.includes('.') || !common.has(name)).flatMap(([name, property]) => undescribed(property, `${path}.${name}`)),
	...schema.items === undefined ? [] : undescribed(schema.items, `${path}[]`),
];

test('[X-142] every field of both kinds has a sentence where kubectl explain looks for it', async t => {
	for (const {kind, version} of kinds) {
		const document = await getJson(t, `/openapi/v3/apis/neo4j.neo4j.com/${version}`) as {components?: {schemas?: Record<string, Described>}};
		const [schema] = Object.entries(document.components?.schemas ?? {}).filter(([name]) => name.endsWith(`.${kind}`)).map(([, definition]) => definition);
		t.truthy(schema?.properties?.['spec']?.properties);
		t.deepEqual(undescribed(schema!, kind), []);
	}
});

const columns = async (t: ExecutionContext<CrdServer>, {manifest}: Pick<Kind, 'manifest'>, status: Json) => {
	const answer = await t.context.create({...manifest, metadata: {name: `printed-${manifest.kind.toLowerCase()}`, namespace: 'disaster-recovery'}});
	await accepts(t, t.context.writeStatus(answer.object, status));
	const {columnDefinitions, rows: [row]} = await t.context.table(answer.object);
	const cells = columnDefinitions.map(({name, priority}, index) => ({name, priority, cell: row?.cells[index]}));
	return {narrow: cells.filter(({priority}) => priority === 0), wide: cells.filter(({priority}) => priority > 0)};
};

test('[B-161] [B-162] kubectl get prints the columns of a Neo4jBackup, and more with -o wide', async t => {
	const ago = new Date(Date.now() - (3 * 60 * 60 * 1000)).toISOString();
	const {narrow, wide} = await columns(t, kinds[0], {
		phase: 'Scheduled', lastRunTime: ago, lastSuccessTime: ago, nextRunTime: '2099-01-01T02:00:00Z',
	});
	t.deepEqual(narrow.map(({name}) => name), ['Name', 'Target', 'Schedule', 'LastRun', 'Phase', 'Age']);
	t.deepEqual(narrow.slice(0, -1).map(({cell}) => cell), ['printed-neo4jbackup', 'production-cluster', '0 2 * * *', '3h', 'Scheduled']);
	t.deepEqual(wide.map(({name, cell}) => [name, cell]), [['LastSuccess', '3h'], ['NextRun', '2099-01-01T02:00:00Z']]);
});

test('[R-177] kubectl get prints the columns of a Neo4jRestore', async t => {
	const {narrow, wide} = await columns(t, kinds[1], {phase: 'Completed', step: 'Completed', stats: {duration: '5m30s'}});
	t.deepEqual(narrow.map(({name}) => name), ['Name', 'Target', 'Database', 'Phase', 'Duration', 'Age']);
	t.deepEqual(narrow.slice(0, -1).map(({cell}) => cell), ['printed-neo4jrestore', 'production-cluster', 'mydb', 'Completed', '5m30s']);
	t.deepEqual(wide.map(({name, cell}) => [name, cell]), [['Step', 'Completed']]);
});

test('the examples of both documents are accepted, with all their fields', async t => {
	let count = 0;
	for await (const file of glob('examples/{neo4jbackup,neo4jrestore}/*.yaml', {cwd: new URL('../../', import.meta.url)})) {
		count++;
		const manifest = await readManifest(file);
		t.regex(file, new RegExp(`^examples/${manifest.kind.toLowerCase()}/${manifest.metadata.name}.yaml$`, 'v'));
		const object = await accepts(t, t.context.create(manifest));
		t.like(object.spec, manifest.spec);
	}

	t.is(count, 17);
});

test('types and reference are what the CRDs say', t => {
	const {status, stderr} = spawnSync(process.execPath, ['scripts/generate-types.ts', '--check'], {cwd: new URL('../../', import.meta.url), encoding: 'utf8'});
	t.deepEqual({status, stderr}, {status: 0, stderr: ''});
});
