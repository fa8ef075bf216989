import {IdempotencyStrategy, Storage} from '@google-cloud/storage';
import {
	gaxios, GoogleAuth, JWT, PassThroughClient,
} from 'google-auth-library';
import {type ServerClock} from '../../kube/server-clock.ts';
import {type Opening} from '../driver.ts';

/**
The client of Google Cloud Storage, or of a server like it, `auth` sends single requests, which `requests.ts` ends and sends again; `storage` uploads in chunks, and sends those again itself. An emulator at an endpoint of its own is spoken to without a token when there are no credentials.
*/
export type GcsClient = {
	readonly auth: GoogleAuth;
	readonly storage: Storage;
	readonly endpoint: string;
};

export const createGcsClient = ({location, credentials, limits}: Opening, clock: ServerClock): GcsClient => {
	const key = credentials['GOOGLE_APPLICATION_CREDENTIALS_JSON'];
	const account = key === undefined ? undefined : JSON.parse(key) as ServiceAccount;
	const endpoint = (location.endpointURL ?? 'https://storage.googleapis.com').replace(/\/+$/v, '');
	const transporter = createTransporter(clock, account?.token_uri, limits.timeoutMs);
	const auth = createAuth(account, location.endpointURL !== undefined, transporter);
	return {
		auth,
		storage: new Storage({
			authClient: auth,
			apiEndpoint: endpoint,
			useAuthWithCustomEndpoint: true,
			// Nothing that belongs to a project is asked for, so that nobody has to be asked which one it is.
			projectId: 'unused',
			retryOptions: {autoRetry: limits.attempts > 1, maxRetries: limits.attempts - 1, idempotencyStrategy: IdempotencyStrategy.RetryAlways},
		}),
		endpoint,
	};
};

type ServiceAccount = {readonly token_uri?: string; readonly client_email: string; readonly private_key: string};

const scopes = 'https://www.googleapis.com/auth/devstorage.full_control';

const createAuth = (account: ServiceAccount | undefined, isEmulator: boolean, transporter: gaxios.Gaxios): GoogleAuth => {
	if (account !== undefined) {
		return new GoogleAuth({
			authClient: new JWT({
				email: account.client_email, key: account.private_key, scopes, transporter,
			}),
		});
	}

	return isEmulator ? new GoogleAuth({authClient: new PassThroughClient({transporter})}) : new GoogleAuth({scopes, clientOptions: {transporter}});
};

// Unlike Google's other libraries, this one asks for tokens at one fixed address, whatever the key file says.
const createTransporter = (clock: ServerClock, tokenAddress: string | undefined, timeoutMs: number): gaxios.Gaxios => {
	const transporter = new gaxios.Gaxios({timeout: timeoutMs});
	transporter.interceptors.request.add({
		async resolved(options) {
			if (tokenAddress !== undefined && options.url.href === 'https://oauth2.googleapis.com/token') {
				options.url = new URL(tokenAddress);
			}

			return options;
		},
	});
	transporter.interceptors.response.add({
		async resolved(response) {
			clock.observe(response.headers.get('date') ?? undefined);
			return response;
		},
		async rejected(error) {
			clock.observe(error.response?.headers.get('date') ?? undefined);
			throw error;
		},
	});
	return transporter;
};
