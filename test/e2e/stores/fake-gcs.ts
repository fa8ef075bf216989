import {Storage} from '@google-cloud/storage';
import {startServer, type Placement, type ServerProcess} from './process.ts';
import {goProgram} from './programs.ts';

export const program = {name: 'fake-gcs-server', module: 'github.com/fsouza/fake-gcs-server', version: 'v1.56.1'};

export type FakeGcs = ServerProcess & {
	/** Google's own client. */
	readonly client: Storage;
};

export type FakeGcsOptions = Placement & {readonly buckets: ReadonlyArray<{readonly name: string; readonly versioned?: boolean}>};

/**
Starts fake-gcs-server with these buckets. It asks nobody for a token.
*/
export const startFakeGcs = async ({buckets, ...placement}: FakeGcsOptions): Promise<FakeGcs> => {
	const file = await goProgram(program);
	const server = await startServer({
		name: program.name,
		command: ({directory, address, port}) => [
			file, '-scheme', 'http', '-host', address, '-port', String(port), '-external-url', `http://${address}:${port}`, '-backend', 'memory', '-filesystem-root', directory, '-log-level', 'warn',
		],
		async isReady(url) {
			const {ok} = await fetch(`${url}/storage/v1/b?project=ready`);
			return ok;
		},
	}, placement);
	const client = new Storage({apiEndpoint: server.url, projectId: 'backups'});
	for (const {name, versioned = false} of buckets) {
		await client.createBucket(name, {versioning: {enabled: versioned}});
	}

	return {...server, client};
};
