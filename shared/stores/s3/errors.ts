import {S3ServiceException} from '@aws-sdk/client-s3';
import {type Diagnosis} from '../failure.ts';
import {type StoreErrorCode} from '../store.ts';

/**
What an error of the S3 client means; undefined for one that did not come from a server. Codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
*/
export const diagnoseS3 = (error: unknown): Diagnosis | undefined => {
	if (error instanceof S3ServiceException) {
		const region = rightRegion(error);
		const code = codes[error.name] ?? codeOfStatus(error.$metadata.httpStatusCode ?? 0);
		return {code, says: `${error.name}: ${error.message}`, ...(region !== undefined && {region})};
	}

	if (error instanceof Error && (error.name === 'CredentialsProviderError' || isRefusedBySTS(error))) {
		return {code: 'CredentialsInvalid', says: error.message};
	}

	// The SDK answers a page that is not XML, or whose XML ends early, with a bare error that carries the response.
	return error instanceof SyntaxError || (error instanceof Error && (error.message.includes('XML parse error') || error.message.includes('Deserialization error')))
		? {code: 'DoubtfulAnswer', says: error.message}
		: undefined;
};

export const isS3Status = (error: unknown, ...statuses: readonly number[]): boolean =>
	error instanceof S3ServiceException && statuses.includes(error.$metadata.httpStatusCode ?? 0);

// The client of Amazon's token service, which is asked for a role, is another than that of S3. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
const isRefusedBySTS = (error: Error): boolean => '$fault' in error && /^(?:AccessDenied|InvalidIdentityToken|ExpiredToken|ValidationError)(?:Exception)?$/v.test(error.name);

/**
What one key's error inside a DeleteObjects answer means. AWS says of a locked version no more than AccessDenied, and the reason in the message.
*/
export const diagnoseS3Key = (code: string, message: string): 'AccessDenied' | 'Locked' | 'Busy' | 'Unknown' => {
	if (/object.?lock|retention|legal hold|\bWORM\b/iv.test(`${code} ${message}`)) {
		return 'Locked';
	}

	const meaning = codes[code];
	return meaning === 'AccessDenied' || meaning === 'Busy' ? meaning : 'Unknown';
};

const codes: Readonly<Record<string, StoreErrorCode>> = {
	NoSuchBucket: 'BucketNotFound',
	InvalidBucketName: 'BucketNotFound',
	NoSuchKey: 'ObjectNotFound',
	AccessDenied: 'AccessDenied',
	AllAccessDisabled: 'AccessDenied',
	AccountProblem: 'AccessDenied',
	InvalidAccessKeyId: 'CredentialsInvalid',
	SignatureDoesNotMatch: 'CredentialsInvalid',
	// Of versitygw.
	XAdminUserNotFound: 'CredentialsInvalid',
	ExpiredToken: 'CredentialsInvalid',
	InvalidToken: 'CredentialsInvalid',
	TokenRefreshRequired: 'CredentialsInvalid',
	InvalidSecurity: 'CredentialsInvalid',
	NotSignedUp: 'CredentialsInvalid',
	PermanentRedirect: 'WrongRegion',
	TemporaryRedirect: 'WrongRegion',
	AuthorizationHeaderMalformed: 'WrongRegion',
	IllegalLocationConstraintException: 'WrongRegion',
	SlowDown: 'Busy',
	ServiceUnavailable: 'Busy',
	InternalError: 'Busy',
	RequestTimeout: 'Busy',
	OperationAborted: 'Busy',
	ConditionalRequestConflict: 'Busy',
	// The SDK corrects its clock by the answer, so that the next attempt is right.
	RequestTimeTooSkewed: 'Busy',
	EntityTooLarge: 'TooLarge',
	KeyTooLongError: 'InvalidKey',
	InvalidStorageClass: 'Unsupported',
	InvalidObjectState: 'Unsupported',
	NotImplemented: 'Unsupported',
	MethodNotAllowed: 'Unsupported',
};

const codeOfStatus = (status: number): StoreErrorCode => {
	if (status === 429 || status >= 500) {
		return 'Busy';
	}

	return ({
		301: 'WrongRegion', 307: 'WrongRegion', 401: 'CredentialsInvalid', 403: 'AccessDenied',
	} as const)[status] ?? 'Unknown';
};

const rightRegion = (error: S3ServiceException): string | undefined => {
	const {Region: told} = error as {Region?: unknown};
	const header = error.$response?.headers['x-amz-bucket-region'];
	return (typeof told === 'string' ? told : header) ?? /expecting '(?<region>[^']+)'/v.exec(error.message)?.groups?.['region'];
};
