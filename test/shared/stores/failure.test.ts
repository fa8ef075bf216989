import test from 'ava';
import fc from 'fast-check';
import {diagnoseNetwork, toStoreError} from '#shared/stores/failure.ts';
import {StoreError, type StoreErrorCode} from '#shared/stores/store.ts';

const place = {
	name: 'bucket b', secretKeys: 'KEY', rights: 'to read', credentials: {},
};

const means = test.macro((t, error: unknown, code: StoreErrorCode | undefined) => {
	t.is(diagnoseNetwork(error)?.code, code);
});

const withCode = (code: string, cause?: unknown) => Object.assign(new Error('it failed', {cause}), {code});

test('a refused connection', means, withCode('ECONNREFUSED'), 'Unreachable');
test('a host that is not known', means, withCode('ENOTFOUND'), 'Unreachable');
test('a name server that is not there', means, withCode('EAI_AGAIN'), 'Unreachable');
test('a certificate that nobody knows', means, withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), 'CertificateNotTrusted');
test('a certificate of another host', means, withCode('ERR_TLS_CERT_ALTNAME_INVALID'), 'Unreachable');
test('a cut connection that an SDK calls a time-out', means, Object.assign(withCode('ECONNRESET'), {name: 'TimeoutError'}), 'Unreachable');
test('a connection that takes too long', means, withCode('ETIMEDOUT'), 'TimedOut');
test('a time-out of an SDK', means, Object.assign(new Error('x'), {name: 'TimeoutError'}), 'TimedOut');
test('a cause below', means, new TypeError('fetch failed', {cause: withCode('ECONNREFUSED')}), 'Unreachable');
test('several causes at once', means, new AggregateError([withCode('ECONNREFUSED')], 'all failed'), 'Unreachable');
test('anything else', means, new Error('it failed'), undefined);
test('what is no error', means, 'text', undefined);

test('a message says what was tried where, and the way out', t => {
	const error = toStoreError('Reading a', {...place, secretName: 'keys', credentials: {KEY: 'wrong'}}, {code: 'CredentialsInvalid', says: 'NoSuchKey: it is wrong\nand more'});
	t.is(error.message, 'Reading a in bucket b failed: the store does not accept the credentials; correct KEY in Secret keys (NoSuchKey: it is wrong)');
	t.false(error.retryable);
});

test('no message holds a secret, whatever the provider says', t => {
	const keys = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AZURE_STORAGE_KEY', 'AZURE_CLIENT_SECRET', 'GOOGLE_APPLICATION_CREDENTIALS_JSON'];
	fc.assert(fc.property(fc.constantFrom(...keys), fc.string({minLength: 8, unit: 'grapheme-ascii'}), fc.string(), (key, secret, around) => {
		fc.pre(secret.trim().length > 7 && !place.name.includes(secret));
		const {message} = toStoreError('Reading', {...place, credentials: {[key]: secret}}, {code: 'Unknown', says: `${around.slice(0, 20)}${secret.trim()}${around}`});
		t.false(message.includes(secret.trim()));
	}));
});

const retried = test.macro((t, code: StoreErrorCode, retryable: boolean) => {
	t.is(new StoreError(code, '').retryable, retryable);
});

for (const code of ['Unreachable', 'TimedOut', 'Busy', 'DoubtfulAnswer', 'Unknown'] as const) {
	test(`${code} may pass`, retried, code, true);
}

for (const code of ['BucketNotFound', 'ObjectNotFound', 'AccessDenied', 'CredentialsInvalid', 'WrongRegion', 'TooLarge', 'InvalidKey', 'Unsupported', 'Locked'] as const) {
	test(`${code} does not pass by itself`, retried, code, false);
}
