import {createHash} from 'node:crypto';
import {S3Client, type S3ClientConfig} from '@aws-sdk/client-s3';
import {type ServerClock} from '../../kube/server-clock.ts';
import {trustedAuthorities} from '../authorities.ts';
import {type Opening} from '../driver.ts';

/**
The client of one bucket. It leaves retries and deadlines to `requests.ts`, tells `clock` the date of every answer, and follows a bucket to its region when nobody named one (decision D12).
*/
export const createS3Client = ({location, credentials, limits, authorities}: Opening, clock: ServerClock): S3Client => {
	const region = [location.region, credentials['AWS_REGION'], credentials['AWS_DEFAULT_REGION']].find(value => value?.trim())?.trim();
	const client = new S3Client({
		region: region ?? 'us-east-1',
		followRegionRedirects: region === undefined,
		...staticCredentials(credentials),
		...(location.endpointURL !== undefined && compatible(location.endpointURL)),
		...(location.forcePathStyle !== undefined && {forcePathStyle: location.forcePathStyle}),
		maxAttempts: 1,
		requestHandler: {
			connectionTimeout: Math.min(5000, limits.timeoutMs),
			socketTimeout: 0,
			httpAgent: {maxSockets: 50},
			httpsAgent: {maxSockets: 50, ...(authorities !== undefined && {ca: trustedAuthorities(authorities)})},
		},
	});
	if (location.endpointURL !== undefined) {
		addDigests(client);
	}

	client.middlewareStack.add(next => async parameters => {
		const result = await next(parameters);
		const {headers} = result.response as {headers?: Readonly<Record<string, string>>};
		clock.observe(headers?.['date']);
		return result;
	}, {step: 'deserialize', name: 'observeDate', priority: 'low'});
	return client;
};

const staticCredentials = (credentials: Opening['credentials']): Pick<S3ClientConfig, 'credentials'> => {
	const {AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken} = credentials;
	return accessKeyId === undefined || secretAccessKey === undefined
		? {}
		: {credentials: {accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim(), ...(sessionToken && {sessionToken: sessionToken.trim()})}};
};

// Servers that are not Amazon's own often know neither the newer checksums nor their trailers.
const compatible = (endpoint: string): S3ClientConfig => ({endpoint, requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED'});

/**
Has a client send the digest of a batch of deletions that older servers want, and nothing newer in its place.
*/
export const addDigests = (client: S3Client): void => {
	client.middlewareStack.add((next, {commandName}) => async parameters => {
		const {body, headers} = parameters.request as {readonly body?: unknown; readonly headers: Record<string, string>};
		if (commandName === 'DeleteObjectsCommand' && typeof body === 'string') {
			headers['content-md5'] = createHash('md5').update(body).digest('base64');
		}

		return next(parameters);
	}, {step: 'build', name: 'addDigest'});
};
