import {randomBytes, randomUUID} from 'node:crypto';
import {type IncomingMessage, type RequestListener} from 'node:http';
import {text} from 'node:stream/consumers';
import {listen, type ServerCertificate} from '../stores/listen.ts';
import {type S3Credentials} from '../stores/s3/signature.ts';
import {encode, type AccountTokens} from './account-tokens.ts';

/** Audiences that the webhooks of the clouds ask for. */
export const audiences = {aws: 'sts.amazonaws.com', azure: 'api://AzureADTokenExchange'} as const;

export const azureTenant = '11111111-2222-3333-4444-555555555555';

export type CloudOptions = {
	readonly tokens: AccountTokens;
	/** What the clouds were told to trust: which account of the cluster, as `system:serviceaccount:<namespace>:<name>`, may be which role, client or Google account. */
	readonly trusts: Readonly<Record<string, string>>;
	readonly now: () => Date;
	/** Microsoft's client speaks to no authority without TLS. */
	readonly tls: ServerCertificate;
};

export type Clouds = {
	readonly sts: string;
	readonly azureAuthority: string;
	/** `host:port` of the metadata server that a Pod of this account finds, for the Google account that it is annotated with. */
	readonly metadataServer: (subject: string, googleAccount: string) => Promise<string>;
	/** Credentials that STS gave away. */
	readonly temporaryKeys: (accessKeyId: string) => S3Credentials | undefined;
	/** Whether a token is one that a metadata server gave away. */
	readonly isGoogleToken: (token: string) => boolean;
	readonly stop: () => Promise<void>;
};

/**
Starts stand-ins for the services of three clouds that give credentials for the token of a ServiceAccount. They give none to an account that they were not told to trust.
*/
export const startClouds = async ({tokens, trusts, now, tls}: CloudOptions): Promise<Clouds> => {
	const keys = new Map<string, S3Credentials>();
	const googleTokens = new Set<string>();
	const metadataServers = new Map<string, Awaited<ReturnType<typeof listen>>>();
	const isTrusted = (identity: string, subject: string | undefined) => subject !== undefined && trusts[identity] === subject;

	// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
	const assumeRole = (asked: URLSearchParams): Answer => {
		if (!isTrusted(asked.get('RoleArn') ?? '', tokens.subjectOf(asked.get('WebIdentityToken') ?? '', audiences.aws))) {
			return {status: 403, body: '<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>'};
		}

		const given = {accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`, secretAccessKey: randomBytes(20).toString('hex'), sessionToken: randomUUID()};
		keys.set(given.accessKeyId, given);
		return {
			status: 200,
			body: `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${given.accessKeyId}</AccessKeyId><SecretAccessKey>${given.secretAccessKey}</SecretAccessKey><SessionToken>${given.sessionToken}</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
		};
	};

	// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
	const exchange = (asked: URLSearchParams): Answer => {
		const client = asked.get('client_id') ?? '';
		if (!isTrusted(client, tokens.subjectOf(asked.get('client_assertion') ?? '', audiences.azure))) {
			return {status: 401, body: JSON.stringify({error: 'invalid_client', error_description: 'AADSTS700213: No matching federated identity record found for presented assertion subject'})};
		}

		const seconds = Math.floor(now().getTime() / 1000);
		const claims = {
			aud: 'https://storage.azure.com', iss: `https://sts.windows.net/${azureTenant}/`, appid: client, iat: seconds, nbf: seconds - 60, exp: seconds + 3600,
		};
		// Who takes the token looks at its claims alone, as Azurite does.
		return {status: 200, body: JSON.stringify({token_type: 'Bearer', expires_in: 3600, access_token: `${encode({alg: 'none', typ: 'JWT'})}.${encode(claims)}.`})};
	};

	const sts = await listen(answering(async message => assumeRole(new URLSearchParams(await text(message)))));
	const authority = await listen(answering(async message => message.method === 'POST' ? exchange(new URLSearchParams(await text(message))) : {status: 200, body: JSON.stringify(openIDConfiguration(authority.url))}), tls);
	return {
		sts: sts.url,
		azureAuthority: `${authority.url}/`,
		async metadataServer(subject, googleAccount) {
			const key = `${subject} ${googleAccount}`;
			const server = metadataServers.get(key) ?? await listen(metadata(() => {
				if (!isTrusted(googleAccount, subject)) {
					return undefined;
				}

				const token = `ya29.${randomUUID()}`;
				googleTokens.add(token);
				return token;
			}));
			metadataServers.set(key, server);
			return new URL(server.url).host;
		},
		temporaryKeys: accessKeyId => keys.get(accessKeyId),
		isGoogleToken: token => googleTokens.has(token),
		async stop() {
			await Promise.all([sts, authority, ...metadataServers.values()].map(async server => server.stop()));
		},
	};
};

type Answer = {readonly status: number; readonly body: string};

const answering = (answer: (message: IncomingMessage) => Promise<Answer>): RequestListener => (message, response) => {
	const respond = async (): Promise<void> => {
		const {status, body} = await answer(message);
		response.writeHead(status, {'content-type': body.startsWith('<') ? 'text/xml' : 'application/json'}).end(body);
	};

	void respond();
};

const openIDConfiguration = (authority: string): Readonly<Record<string, string>> => ({
	issuer: `${authority}/${azureTenant}/v2.0`,
	authorization_endpoint: `${authority}/${azureTenant}/oauth2/v2.0/authorize`,
	token_endpoint: `${authority}/${azureTenant}/oauth2/v2.0/token`,
	jwks_uri: `${authority}/keys`,
});

// https://cloud.google.com/compute/docs/metadata/overview
const metadata = (token: () => string | undefined): RequestListener => (message, response) => {
	response.setHeader('metadata-flavor', 'Google');
	if (!message.url?.includes('/token')) {
		response.end(message.url?.includes('project-id') ? 'stand-in' : 'ok');
		return;
	}

	const given = token();
	response.writeHead(given === undefined ? 403 : 200, {'content-type': 'application/json'}).end(JSON.stringify(given === undefined ? {error: 'Permission iam.serviceAccounts.getAccessToken denied'} : {access_token: given, token_type: 'Bearer', expires_in: 3600}));
};
