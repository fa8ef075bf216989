import {Buffer} from 'node:buffer';
import {
	createHash, createHmac, timingSafeEqual,
} from 'node:crypto';
import {SignatureV4} from '@smithy/signature-v4';
import {S3Refusal} from './answer.ts';
import {type S3Request} from './request.ts';

export type S3Credentials = {readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string};

/**
Refuses a request that is not signed by credentials that are known, as S3 does: an unknown key id, a wrong signature or token, a clock that is off by more than 15 minutes. Answers the region that it was signed for, and by whom.
*/
export const checkSignature = async (request: S3Request, find: (accessKeyId: string) => S3Credentials | undefined, toleranceMs = 15 * 60_000): Promise<{readonly region: string; readonly account: string}> => {
	const authorization = request.header('authorization');
	if (authorization === undefined) {
		throw new S3Refusal('AccessDenied');
	}

	const parsed = /^AWS4-HMAC-SHA256 Credential=(?<accessKeyId>[^\/]+)\/\d{8}\/(?<region>[^\/]+)\/s3\/aws4_request, ?SignedHeaders=(?<signed>[^,]+), ?Signature=(?<signature>[\da-f]{64})$/v.exec(authorization)?.groups;
	const signedAt = Date.parse((request.header('x-amz-date') ?? '').replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/v, '$1-$2-$3T$4:$5:$6Z'));
	if (parsed === undefined || Number.isNaN(signedAt)) {
		throw new S3Refusal('AuthorizationHeaderMalformed');
	}

	const {accessKeyId = '', region = '', signed = '', signature = ''} = parsed;
	const credentials = find(accessKeyId);
	if (credentials === undefined) {
		throw new S3Refusal('InvalidAccessKeyId');
	}

	refuseUnless(request.header('x-amz-security-token') === credentials.sessionToken, 'InvalidToken');
	refuseUnless(Math.abs(Date.now() - signedAt) < toleranceMs, 'RequestTimeTooSkewed');
	const expected = await sign(request, credentials, {region, signed: signed.split(';'), signingDate: new Date(signedAt)});
	refuseUnless(timingSafeEqual(Buffer.from(expected), Buffer.from(signature)), 'SignatureDoesNotMatch');
	return {region, account: accessKeyId};
};

const refuseUnless = (condition: boolean, code: ConstructorParameters<typeof S3Refusal>[0]): void => {
	if (!condition) {
		throw new S3Refusal(code);
	}
};

type Signing = {readonly region: string; readonly signed: readonly string[]; readonly signingDate: Date};

const sign = async (request: S3Request, credentials: S3Credentials, {region, signed, signingDate}: Signing): Promise<string> => {
	const signer = new SignatureV4({
		credentials, region, service: 's3', sha256: Sha256, uriEscapePath: false, applyChecksum: false,
	});
	const result = await signer.sign({
		method: request.method,
		protocol: 'http:',
		hostname: '',
		path: request.path,
		query: Object.fromEntries(request.query),
		headers: Object.fromEntries(signed.map(name => [name, request.header(name) ?? ''])),
	}, {signingDate});
	return result.headers['authorization']?.slice(-64) ?? '';
};

class Sha256 {
	readonly hash: {update: (data: Uint8Array) => unknown; digest: () => Uint8Array};

	constructor(secret?: unknown) {
		this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
	}

	update(data: string | ArrayBuffer | ArrayBufferView): void {
		this.hash.update(data as Uint8Array);
	}

	async digest(): Promise<Uint8Array> {
		return this.hash.digest();
	}

	reset(): void {
		throw new Error('Not needed for signing.');
	}
}
