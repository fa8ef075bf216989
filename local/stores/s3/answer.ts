import {type Readable} from 'node:stream';

/**
What an operation answers; a text body is XML.
*/
export type Answer = {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Readable;
};

/**
A refusal in S3's words: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
*/
export class S3Refusal extends Error {
	override readonly name = 'S3Refusal';
	readonly code: string;
	readonly status: number;
	readonly more: Readonly<Record<string, string>>;
	readonly headers: Readonly<Record<string, string>>;

	constructor(code: keyof typeof refusals, more: Readonly<Record<string, string>> = {}, headers: Readonly<Record<string, string>> = {}) {
		const [status, message] = refusals[code];
		super(more['Message'] ?? message);
		this.code = code;
		this.status = status;
		this.more = more;
		this.headers = headers;
	}
}

const refusals = {
	AccessDenied: [403, 'Access Denied'],
	AuthorizationHeaderMalformed: [400, 'The authorization header is malformed.'],
	BadDigest: [400, 'The Content-MD5 you specified did not match what we received.'],
	EntityTooSmall: [400, 'Your proposed upload is smaller than the minimum allowed size'],
	IncompleteBody: [400, 'You did not provide the number of bytes specified by the Content-Length HTTP header.'],
	InternalError: [500, 'We encountered an internal error. Please try again.'],
	InvalidAccessKeyId: [403, 'The AWS Access Key Id you provided does not exist in our records.'],
	InvalidArgument: [400, 'Invalid Argument'],
	InvalidChunkSizeError: [400, 'Only the last chunk is allowed to have a size less than 8192 bytes'],
	InvalidObjectState: [403, 'The operation is not valid for the object\'s storage class'],
	InvalidPart: [400, 'One or more of the specified parts could not be found.'],
	InvalidRange: [416, 'The requested range is not satisfiable'],
	InvalidRequest: [400, 'Invalid Request'],
	InvalidStorageClass: [400, 'The storage class you specified is not valid'],
	InvalidToken: [400, 'The provided token is malformed or otherwise invalid.'],
	MalformedXML: [400, 'The XML you provided was not well-formed or did not validate against our published schema'],
	NoSuchBucket: [404, 'The specified bucket does not exist'],
	NoSuchKey: [404, 'The specified key does not exist.'],
	NoSuchUpload: [404, 'The specified upload does not exist.'],
	NotImplemented: [501, 'A header you provided implies functionality that is not implemented'],
	PermanentRedirect: [301, 'The bucket you are attempting to access must be addressed using the specified endpoint.'],
	ObjectLockConfigurationNotFoundError: [404, 'Object Lock configuration does not exist for this bucket'],
	PreconditionFailed: [412, 'At least one of the pre-conditions you specified did not hold'],
	RequestTimeTooSkewed: [403, 'The difference between the request time and the current time is too large.'],
	SignatureDoesNotMatch: [403, 'The request signature we calculated does not match the signature you provided.'],
	SlowDown: [503, 'Please reduce your request rate.'],
} as const;
