import {Buffer} from 'node:buffer';
import {randomUUID} from 'node:crypto';
import {mkdtemp, rm} from 'node:fs/promises';
import {type ServerResponse} from 'node:http';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {listen, type ServerCertificate} from './listen.ts';
import {openObjectFiles, type Properties, type StoredFile} from './object-files.ts';
import {type Rule} from './rules.ts';
import {S3Refusal, type Answer} from './s3/answer.ts';
import {type S3Context} from './s3/context.ts';
import {createUploads} from './s3/multipart.ts';
import {operate, operationOf} from './s3/operations.ts';
import {readRequest, type S3Request} from './s3/request.ts';
import {checkSignature, type S3Credentials} from './s3/signature.ts';
import {toXml} from './s3/xml.ts';

export type S3Options = {
	/** Names of the buckets there are, or with the region that each lies in. */
	readonly buckets: ReadonlyArray<string | {readonly name: string; readonly region: string}>;
	readonly credentials: S3Credentials;
	/** Other accounts, by their key id. */
	readonly accounts?: (accessKeyId: string) => S3Credentials | undefined;
	/** The folder that holds the objects as plain files, and keeps them; absent: one that is gone afterwards. */
	readonly directory?: string;
	/** The region of the endpoint; default `us-east-1`. */
	readonly region?: string;
	/** Objects on one page of a listing; default 1,000. */
	readonly pageSize?: number;
	readonly ignoresConditions?: boolean;
	readonly wantsMd5?: boolean;
	readonly minimumPartBytes?: number;
	readonly maximumCopyBytes?: number;
	/** With a certificate it speaks TLS. */
	readonly tls?: ServerCertificate;
	/** A clock of a test's own, which the `Date` header tells; signatures of any time are accepted then. */
	readonly now?: () => Date;
	/** Hears of each operation that is about to be done. */
	readonly onRequest?: (request: {readonly operation: string; readonly bucket: string; readonly key: string; readonly account: string}) => void;
};

export type S3Server = {
	readonly endpoint: string;
	/** The folder with the objects. */
	readonly directory: string;
	/** Refuses an operation on keys from now on, or again not. */
	readonly refuse: (rule: Rule) => () => void;
	/** Locks an object until then. */
	readonly lock: (bucket: string, key: string, until: Date) => void;
	/** Puts an object there without a request, with a date of its own if need be. */
	readonly put: (bucket: string, key: string, body: string | Uint8Array, properties?: Partial<Properties>) => Promise<StoredFile>;
	readonly objects: (bucket: string, prefix?: string) => readonly StoredFile[];
	/** Uploads in parts that nobody has ended. */
	readonly openUploads: () => number;
	readonly stop: () => Promise<void>;
};

/**
Starts a stand-in for S3 on a free port of the loopback. It speaks path-style requests only, checks their signatures, and says in its `Server` header what it is.
*/
export const startS3 = async (options: S3Options): Promise<S3Server> => {
	const directory = options.directory ?? await mkdtemp(path.join(tmpdir(), 's3-stand-in-'));
	const buckets = options.buckets.map(bucket => typeof bucket === 'string' ? {name: bucket, region: options.region ?? 'us-east-1'} : bucket);
	const files = openObjectFiles(directory, buckets.map(({name}) => name));
	const rules: Rule[] = [];
	const uploads = createUploads();
	const context: S3Context = {
		files,
		rules,
		pageSize: options.pageSize ?? 1000,
		ignoresConditions: options.ignoresConditions ?? false,
		wantsMd5: options.wantsMd5 ?? false,
		minimumPartBytes: options.minimumPartBytes ?? 5 * 1024 * 1024,
		maximumCopyBytes: options.maximumCopyBytes ?? 5 * 1024 * 1024 * 1024,
		regionOf: bucket => buckets.find(({name}) => name === bucket)?.region ?? options.region ?? 'us-east-1',
	};

	const answer = async (request: S3Request): Promise<Answer> => {
		const find = (id: string) => id === options.credentials.accessKeyId ? options.credentials : options.accounts?.(id);
		const {region, account} = await checkSignature(request, find, options.now ? Number.POSITIVE_INFINITY : undefined);
		checkRegion(region, options.region ?? 'us-east-1', context.regionOf(request.bucket));
		const operation = operationOf(request);
		if (operation === undefined) {
			throw new S3Refusal('NotImplemented', {Message: `The stand-in for S3 does not know ${request.method} with ${[...request.query.keys()].join(', ') || 'no parameters'}`});
		}

		options.onRequest?.({
			operation, bucket: request.bucket, key: request.key, account,
		});
		return operate({...context, rules: rules.filter(rule => (rule.account ?? account) === account)}, uploads, operation, request);
	};

	const server = await listen((message, response) => {
		if (options.now) {
			response.setHeader('date', options.now().toUTCString());
		}

		void respond(response, message.method === 'HEAD', async () => answer(readRequest(message))).finally(() => {
			message.resume();
		});
	}, options.tls);
	return {
		endpoint: server.url,
		directory,
		refuse(rule) {
			rules.push(rule);
			return () => {
				rules.splice(rules.indexOf(rule), 1);
			};
		},
		lock(bucket, key, until) {
			files.change(bucket, files.get(bucket, key)!, {lockedUntil: until});
		},
		put: async (bucket, key, body, properties) => files.commit(bucket, key, await files.receive(Readable.from([Buffer.from(body)])), {tier: 'STANDARD', ...properties}),
		objects: (bucket, prefix = '') => [...files.each(bucket, prefix, '')],
		openUploads: uploads.open,
		async stop() {
			await server.stop();
			if (options.directory === undefined) {
				await rm(directory, {recursive: true, force: true});
			}
		},
	};
};

// As S3 does it: the wrong endpoint of a bucket redirects, a signature for a third region is refused.
const checkRegion = (signed: string, ours: string, bucketRegion: string): void => {
	if (signed === bucketRegion) {
		return;
	}

	if (signed === ours) {
		throw new S3Refusal('PermanentRedirect', {Region: bucketRegion}, {'x-amz-bucket-region': bucketRegion});
	}

	throw new S3Refusal('AuthorizationHeaderMalformed', {Region: bucketRegion, Message: `The authorization header is malformed; the region '${signed}' is wrong; expecting '${bucketRegion}'`}, {'x-amz-bucket-region': bucketRegion});
};

const respond = async (response: ServerResponse, isHead: boolean, work: () => Promise<Answer>): Promise<void> => {
	response.setHeader('server', 'S3 stand-in of the embedded runtime');
	response.setHeader('x-amz-request-id', randomUUID());
	try {
		const {status, headers = {}, body} = await work();
		response.writeHead(status, {...(typeof body === 'string' && {'content-type': 'application/xml'}), ...headers});
		if (body instanceof Readable) {
			await pipeline(body, response);
		} else {
			response.end(body);
		}
	} catch (error) {
		refuse(response, isHead, error);
	}
};

const refuse = (response: ServerResponse, isHead: boolean, error: unknown): void => {
	const refusal = error instanceof S3Refusal ? error : new S3Refusal('InternalError', {Message: String(error)});
	if (response.headersSent) {
		response.destroy();
		return;
	}

	const {Message: _message, ...more} = refusal.more;
	response.writeHead(refusal.status, {...(!isHead && {'content-type': 'application/xml'}), ...refusal.headers});
	response.end(isHead ? undefined : toXml('Error', {Code: refusal.code, Message: refusal.message, ...more}));
};
