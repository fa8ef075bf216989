import {RestError} from '@azure/storage-blob';
import {type Diagnosis} from '../failure.ts';
import {type StoreErrorCode} from '../store.ts';

/**
What an error of the Azure client means; undefined for one that did not come from a server. Codes: https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
*/
export const diagnoseAzure = (error: unknown): Diagnosis | undefined => {
	if (error instanceof Error && /^(?:CredentialUnavailable|AggregateAuthentication|Authentication(?:Required)?)Error$/v.test(error.name)) {
		return {code: 'CredentialsInvalid', says: authenticationText(error)};
	}

	if (!(error instanceof RestError)) {
		return diagnoseClient(error);
	}

	if (error.code === RestError.PARSE_ERROR || error.message.includes('Error parsing')) {
		return {code: 'DoubtfulAnswer', says: error.message};
	}

	// A wrong key is an authentication that failed, whatever an emulator calls it.
	const code = error.message.includes('failed to authenticate') ? 'AuthenticationFailed' : azureCode(error);
	return error.statusCode === undefined ? undefined : {code: codes[code] ?? codeOfStatus(error.statusCode), says: [code, error.message].filter(Boolean).join(': ')};
};

// Of several ways to sign in, all but one mostly say that they are not set up.
const authenticationText = (error: Error): string => {
	const {errors = []} = error as {errors?: readonly Error[]};
	return errors.find(({name}) => name !== 'CredentialUnavailableError')?.message ?? error.message;
};

/**
The provider's own code of an error, which answers without a body have in a header.
*/
export const azureCode = (error: unknown): string => {
	if (!(error instanceof RestError)) {
		return '';
	}

	return error.response?.headers.get('x-ms-error-code') ?? error.code ?? '';
};

// What the client itself finds wrong before it sends, or trips over in an answer of another shape.
const diagnoseClient = (error: unknown): Diagnosis | undefined => {
	if (error instanceof Error && error.message.includes('not a valid value for options.tier')) {
		return {code: 'Unsupported', says: error.message};
	}

	return error instanceof TypeError ? {code: 'DoubtfulAnswer', says: error.message} : undefined;
};

const codes: Readonly<Record<string, StoreErrorCode>> = {
	ContainerNotFound: 'BucketNotFound',
	ContainerBeingDeleted: 'BucketNotFound',
	ContainerDisabled: 'BucketNotFound',
	InvalidResourceName: 'BucketNotFound',
	BlobNotFound: 'ObjectNotFound',
	CannotVerifyCopySource: 'ObjectNotFound',
	AuthenticationFailed: 'CredentialsInvalid',
	InvalidAuthenticationInfo: 'CredentialsInvalid',
	NoAuthenticationInformation: 'CredentialsInvalid',
	AuthorizationFailure: 'AccessDenied',
	AuthorizationPermissionMismatch: 'AccessDenied',
	InsufficientAccountPermissions: 'AccessDenied',
	AccountIsDisabled: 'AccessDenied',
	BlobImmutableDueToPolicy: 'Locked',
	BlobImmutableDueToLegalHold: 'Locked',
	LeaseIdMissing: 'Locked',
	SnapshotsPresent: 'Locked',
	ServerBusy: 'Busy',
	InternalError: 'Busy',
	OperationTimedOut: 'Busy',
	RequestBodyTooLarge: 'TooLarge',
	BlobArchived: 'Unsupported',
	BlobBeingRehydrated: 'Unsupported',
	InvalidBlobTier: 'Unsupported',
	InvalidHeaderValue: 'Unsupported',
	AccessTierNotSupportedForBlobType: 'Unsupported',
};

const codeOfStatus = (status: number): StoreErrorCode => {
	if (status === 429 || status === 408 || status >= 500) {
		return 'Busy';
	}

	return ({
		401: 'CredentialsInvalid', 403: 'AccessDenied', 404: 'ObjectNotFound', 413: 'TooLarge',
	} as const)[status] ?? 'Unknown';
};
