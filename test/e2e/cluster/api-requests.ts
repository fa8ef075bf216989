import {request} from 'node:https';
import {addresses} from './settings.ts';
import {type Credentials} from './kubeconfig.ts';

/**
Asks the API server for a path, from inside the namespace, before there is anything else to ask with: its answer, or `undefined` when it does not answer with 200.
*/
export const askApiServer = async (requestPath: string, {authority, certificate, key}: Credentials): Promise<string | undefined> => new Promise(resolve => {
	const outgoing = request({
		host: addresses.node, port: addresses.apiPort, path: requestPath, ca: authority, cert: certificate, key, timeout: 2000, agent: false,
	}, response => {
		const chunks: string[] = [];
		response.setEncoding('utf8').on('data', (chunk: string) => {
			chunks.push(chunk);
		}).on('end', () => {
			resolve(response.statusCode === 200 ? chunks.join('') : undefined);
		});
	});
	outgoing.on('timeout', () => {
		outgoing.destroy();
	});
	outgoing.on('error', () => {
		resolve(undefined);
	});
	outgoing.end();
});

/**
Whether the API server takes requests.
*/
export const isApiServerReady = async (credentials: Credentials): Promise<boolean> => await askApiServer('/readyz', credentials) !== undefined;
