import {execFile} from 'node:child_process';
import {once} from 'node:events';
import {writeFile} from 'node:fs/promises';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {createRequire} from 'node:module';
import {type AddressInfo} from 'node:net';
import {join} from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {BlobServiceClient, StorageSharedKeyCredential} from '@azure/storage-blob';
import test, {type ExecutionContext} from 'ava';
import {emptyFolder, neo4jAdmin} from './run-neo4j-admin.ts';
import {startDbms} from '#local/neo4j/server.ts';

const account = 'devstoreaccount1';
// The key of every emulator, as its documentation prints it; it opens nothing.
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const startAzurite = async (t: ExecutionContext): Promise<string> => {
	const program = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
	const flags = ['--blobPort', '0', '--inMemoryPersistence', '--disableTelemetry', '--skipApiVersionCheck'];
	const child = execFile(process.execPath, [program, ...flags], {cwd: await emptyFolder(t)});
	t.teardown(() => {
		child.kill('SIGKILL');
	});
	return new Promise(resolve => {
		child.stdout?.on('data', (output: string) => {
			const address = /successfully listen\w* (?:on|at) (?<address>http:\S+)/v.exec(output)?.groups?.['address'];
			if (address !== undefined) {
				resolve(`${address}/${account}`);
			}
		});
	});
};

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
	const asked = new URLSearchParams(await text(request));
	const isKnown = asked.get('client_secret') === 'good' || asked.get('client_assertion') === 'federated';
	response.writeHead(isKnown && request.url === '/tenant/oauth2/v2.0/token' ? 200 : 401, {'content-type': 'application/json'});
	response.end(JSON.stringify(isKnown ? {access_token: 'token', expires_in: 3600} : {error: 'invalid_client'}));
};

/**
A token authority that takes one client secret and one federated token.
*/
const startAuthority = async (t: ExecutionContext): Promise<string> => {
	const server = createServer((request, response) => {
		void answer(request, response);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => server.close());
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};

test('Azure holds artifacts for a client secret and for workload identity, and nothing for a wrong secret', async t => {
	const [endpoint, authority, folder, dbms] = await Promise.all([startAzurite(t), startAuthority(t), emptyFolder(t), startDbms({servers: ['server-0:6362'], version: '2025.12.0'})]);
	t.teardown(dbms.close);
	await new BlobServiceClient(endpoint, new StorageSharedKeyCredential(account, key)).createContainer('backups');
	await writeFile(join(folder, 'token'), 'federated');
	const path = `azb://${account}/backups/nightly/`;
	const run = async (argv: readonly string[], identity: Readonly<Record<string, string>>) => neo4jAdmin(argv, {
		cwd: folder,
		env: {
			LOCAL_HOSTS: JSON.stringify(dbms.hosts()),
			AZURE_AUTHORITY_HOST: authority,
			AZURE_TENANT_ID: 'tenant',
			AZURE_CLIENT_ID: 'client',
			STAND_IN_AZURE_BLOB_ENDPOINT: endpoint,
			STAND_IN_AZURE_KEY: key,
			...identity,
		},
	});
	const backup = ['database', 'backup', 'neo4j', '--from=server-0:6362', `--to-path=${path}`];
	const bySecret = await run([...backup, '--type=FULL'], {AZURE_CLIENT_SECRET: 'good', FAKE_TIME: '2026-03-04T01:00:00Z'});
	t.is(bySecret.code, 0);
	dbms.write('neo4j', 1);
	const byToken = await run([...backup, '--type=DIFF'], {AZURE_FEDERATED_TOKEN_FILE: join(folder, 'token'), FAKE_TIME: '2026-03-04T02:00:00Z'});
	t.is(byToken.code, 0);
	const refused = await run(backup, {AZURE_CLIENT_SECRET: 'bad'});
	t.is(refused.code, 1);
	t.regex(refused.stderr, /DefaultAzureCredential failed: the authority .* answered 401/v);
	const {stdout} = await run(['backup', 'inspect', path, '--format=JSON'], {AZURE_CLIENT_SECRET: 'good'});
	t.deepEqual((JSON.parse(stdout) as ReadonlyArray<Record<string, unknown>>).map(({file, highestTx}) => [file, highestTx]), [
		[`${path}neo4j-2026-03-04T02-00-00.backup`, 6], [`${path}neo4j-2026-03-04T01-00-00.backup`, 5],
	]);
});
