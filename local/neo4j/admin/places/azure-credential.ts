import {readFile} from 'node:fs/promises';
import {CommandError} from '../command-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export type AzureToken = {readonly token: string; readonly expiresOnTimestamp: number};

/**
The part of DefaultAzureCredential that a pod can have: a client secret, or workload identity. Account keys and connection strings are no part of it. The authority is `AZURE_AUTHORITY_HOST`, else Microsoft's.
*/
export const createAzureCredential = (env: Environment): {readonly getToken: (scopes: string | string[]) => Promise<AzureToken>} => ({
	async getToken(scopes) {
		const tenant = env['AZURE_TENANT_ID'] ?? '';
		const grant = await grantOf(env);
		const authority = (env['AZURE_AUTHORITY_HOST'] ?? 'https://login.microsoftonline.com').replace(/\/+$/v, '');
		const response = await fetch(`${authority}/${tenant}/oauth2/v2.0/token`, {
			method: 'POST',
			body: new URLSearchParams({
				grant_type: 'client_credentials', scope: [scopes].flat().join(' '), client_id: env['AZURE_CLIENT_ID'] ?? '', ...grant,
			}),
		});
		if (!response.ok) {
			throw new CommandError(`DefaultAzureCredential failed: the authority ${authority} answered ${response.status}: ${await response.text()}`);
		}

		const {access_token: token, expires_in: seconds} = await response.json() as {access_token: string; expires_in: number};
		return {token, expiresOnTimestamp: Date.now() + (seconds * 1000)};
	},
});

const grantOf = async (env: Environment): Promise<Readonly<Record<string, string>>> => {
	const isNamed = [env['AZURE_TENANT_ID'], env['AZURE_CLIENT_ID']].every(value => value !== undefined && value !== '');
	const secret = env['AZURE_CLIENT_SECRET'];
	if (isNamed && secret !== undefined) {
		return {client_secret: secret};
	}

	const file = env['AZURE_FEDERATED_TOKEN_FILE'];
	if (isNamed && file !== undefined) {
		return {client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: await readFile(file, 'utf8')};
	}

	throw new CommandError([
		'DefaultAzureCredential failed to retrieve a token from the included credentials.',
		'EnvironmentCredential authentication unavailable. Environment variables are not fully configured.',
		'WorkloadIdentityCredential authentication unavailable. The workload options are not fully configured.',
		'ManagedIdentityCredential authentication unavailable in the stand-in.',
	].join(' '));
};
