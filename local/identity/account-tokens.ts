import {Buffer} from 'node:buffer';
import {generateKeyPairSync, sign, verify} from 'node:crypto';

type Claims = {readonly sub: string; readonly aud: string; readonly exp: number};

/**
Tokens of ServiceAccounts, signed as an API server signs those that it projects into Pods, and their verification, as a cloud does it that trusts the cluster's issuer.
*/
export type AccountTokens = {
	readonly issue: (account: {readonly namespace: string; readonly name: string}, audience: string) => string;
	/** `system:serviceaccount:<namespace>:<name>` of a token that is good for this audience; undefined for any other. */
	readonly subjectOf: (token: string, audience: string) => string | undefined;
};

export const createAccountTokens = (now: () => Date): AccountTokens => {
	const {publicKey, privateKey} = generateKeyPairSync('rsa', {modulusLength: 2048});
	return {
		issue({namespace, name}, audience) {
			const seconds = Math.floor(now().getTime() / 1000);
			const claims: Claims = {sub: `system:serviceaccount:${namespace}:${name}`, aud: audience, exp: seconds + 3600};
			const signed = `${encode({alg: 'RS256', typ: 'JWT'})}.${encode(claims)}`;
			return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
		},
		subjectOf(token, audience) {
			const [header = '', claims = '', signature = ''] = token.split('.');
			if (!verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))) {
				return undefined;
			}

			const {sub, aud, exp} = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Claims;
			return aud === audience && exp * 1000 > now().getTime() ? sub : undefined;
		},
	};
};

/**
A part of a token.
*/
export const encode = (part: Readonly<Record<string, unknown>>): string => Buffer.from(JSON.stringify(part)).toString('base64url');
