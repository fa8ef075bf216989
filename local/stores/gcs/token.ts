import {Buffer} from 'node:buffer';
import {
	createPublicKey, generateKeyPairSync, randomUUID, verify, type KeyObject,
} from 'node:crypto';
import {text} from 'node:stream/consumers';
import {type Answer} from './answer.ts';

export type ServiceAccount = Readonly<Record<string, string>> & {readonly private_key: string; readonly client_email: string};

/**
The key file of a service account of the stand-in, but for the address of its tokens.
*/
export const createServiceAccount = (): ServiceAccount => {
	const {privateKey} = generateKeyPairSync('rsa', {modulusLength: 2048});
	return {
		type: 'service_account',
		project_id: 'stand-in',
		private_key_id: randomUUID(),
		private_key: privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
		client_email: 'stand-in@example.iam.gserviceaccount.com',
		client_id: '1',
	};
};

/**
Tokens for whoever holds the key of the service account.
*/
export const createTokens = ({private_key: privateKey, client_email: email}: ServiceAccount) => {
	const publicKey = createPublicKey(privateKey);
	const tokens = new Set<string>();
	return {
		isValid: (authorization: string | undefined): boolean => tokens.has(authorization?.replace('Bearer ', '') ?? ''),
		/** OAuth's grant of a token for a signed assertion. */
		async grant(body: AsyncIterable<Uint8Array>): Promise<Answer> {
			const assertion = new URLSearchParams(await text(body)).get('assertion') ?? '';
			const problem = assertionProblem(assertion, email, publicKey);
			if (problem !== undefined) {
				return {status: 400, body: {error: 'invalid_grant', error_description: problem}};
			}

			const token = `stand-in.${randomUUID()}`;
			tokens.add(token);
			return {status: 200, body: {access_token: token, token_type: 'Bearer', expires_in: 3600}};
		},
	};
};

const assertionProblem = (assertion: string, email: string, publicKey: KeyObject): string | undefined => {
	const [header = '', claims = '', signature = ''] = assertion.split('.');
	if (!verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))) {
		return 'Invalid JWT Signature.';
	}

	const {iss: issuer, exp: expires = 0} = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {readonly iss?: string; readonly exp?: number};
	if (issuer !== email) {
		return 'Invalid grant: account not found';
	}

	return expires * 1000 < Date.now() ? 'Invalid JWT: Token must be a short-lived token and in a reasonable timeframe.' : undefined;
};
