import {Storage} from '@google-cloud/storage';
import {
	gaxios, GoogleAuth, JWT, PassThroughClient,
} from 'google-auth-library';
import {Agent, fetch as undiciFetch} from 'undici';
import {type ServerClock} from '../../kube/server-clock.ts';
import {trustedAuthorities} from '../authorities.ts';
import {type Opening} from '../driver.ts';

/**
One request of the JSON API: https://cloud.google.com/storage/docs/json_api/v1
*/
export type GcsCall = {
	readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** Below the endpoint, or the whole address of an upload. */
	readonly address: string;
	readonly parameters?: Readonly<Record<string, string>>;
	readonly headers?: Readonly<Record<string, string>>;
	readonly data?: Uint8Array | Readonly<Record<string, unknown>>;
	readonly responseType?: 'json' | 'stream';
	/** Statuses that are an answer, not a failure. */
	readonly expected?: readonly number[];
};

export type GcsAnswer<T> = {readonly status: number; readonly headers: Headers; readonly data: T};

export type SendCall = <T>(call: GcsCall, signal: AbortSignal) => Promise<GcsAnswer<T>>;

/**
Sends requests as Google's client for Storage does, with its tokens and to its endpoint, and tells `clock` the date of every answer. Its own methods are not used: they cannot be ended, take another endpoint's uploads without a token and without telling why they fail, and forget the storage class of a copy after its first step. An emulator, which is to say an endpoint without TLS, is spoken to without a token when there are no credentials; another endpoint of Google's own (Private Service Connect) with that of the ambient identity.
*/
export const createGcsClient = ({location, credentials, limits, authorities}: Opening, clock: ServerClock): SendCall => {
	const key = credentials['GOOGLE_APPLICATION_CREDENTIALS_JSON'];
	const account = key === undefined ? undefined : JSON.parse(key) as ServiceAccount;
	const transporter = createTransporter(clock, account?.token_uri, {timeout: limits.timeoutMs, fetchImplementation: authorities === undefined ? fetch : fetchTrusting(authorities)});
	const {authClient, apiEndpoint} = new Storage({
		authClient: createAuth(account, location.endpointURL?.startsWith('http:') === true, transporter),
		...(location.endpointURL !== undefined && {apiEndpoint: location.endpointURL}),
	});
	return async <T>({method, address, parameters, headers, data, responseType = 'json', expected = []}: GcsCall, signal: AbortSignal) => authClient.request<T>({
		method,
		url: new URL(address, `${apiEndpoint}/`),
		...(parameters && {params: parameters}),
		...(data && {data}),
		responseType,
		headers: {'accept-encoding': 'identity', ...(data instanceof Uint8Array && {'content-type': 'application/octet-stream'}), ...headers},
		signal,
		timeout: 0,
		retry: false,
		validateStatus: status => (status >= 200 && status < 300) || expected.includes(status),
	});
};

type ServiceAccount = {readonly token_uri?: string; readonly client_email: string; readonly private_key: string};

const scopes = 'https://www.googleapis.com/auth/devstorage.full_control';

const createAuth = (account: ServiceAccount | undefined, isEmulator: boolean, transporter: gaxios.Gaxios): GoogleAuth => {
	if (account !== undefined) {
		const {client_email: email, private_key: key} = account;
		return new GoogleAuth({
			authClient: new JWT({
				email, key, scopes, transporter,
			}),
		});
	}

	return isEmulator ? new GoogleAuth({authClient: new PassThroughClient({transporter})}) : new GoogleAuth({scopes, clientOptions: {transporter}});
};

const fetchTrusting = (authorities: string): typeof fetch => {
	const dispatcher = new Agent({connect: {ca: trustedAuthorities(authorities)}});
	// The same function, of which Node.js has a copy that takes no agents of this package.
	const fetchBy = undiciFetch as unknown as (input: unknown, init?: unknown) => Promise<Response>;
	return async (input, init) => fetchBy(input, {...init, dispatcher});
};

// Unlike Google's other libraries, this one asks for tokens at one fixed address, whatever the key file says.
const createTransporter = (clock: ServerClock, tokenAddress: string | undefined, options: {readonly timeout: number; readonly fetchImplementation: typeof fetch}): gaxios.Gaxios => {
	// Ending a request that has a body, the client's own fetch throws where nobody can catch it.
	const transporter = new gaxios.Gaxios(options);
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
