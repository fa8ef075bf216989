import {Buffer} from 'node:buffer';
import {createHash, randomUUID} from 'node:crypto';
import {type Incoming} from '../object-files.ts';
import {S3Refusal, type Answer} from './answer.ts';
import {storageClassOf, type S3Context} from './context.ts';
import {copySource, readRange} from './objects.ts';
import {readText, type S3Request} from './request.ts';
import {fromXml, toXml} from './xml.ts';

type Upload = {readonly bucket: string; readonly key: string; readonly tier: string; readonly parts: Map<number, Incoming>};

/**
Multipart uploads: begin, send or copy parts, complete or abort. An upload that is never completed never becomes an object.
*/
export const createUploads = () => {
	const uploads = new Map<string, Upload>();
	const find = ({query, bucket, key}: S3Request): readonly [string, Upload] => {
		const id = query.get('uploadId') ?? '';
		const upload = uploads.get(id);
		if (upload?.bucket !== bucket || upload.key !== key) {
			throw new S3Refusal('NoSuchUpload');
		}

		return [id, upload];
	};

	const end = (files: S3Context['files'], id: string): void => {
		for (const part of uploads.get(id)?.parts.values() ?? []) {
			files.discard(part);
		}

		uploads.delete(id);
	};

	return {
		/** How many are begun and not ended. */
		open: (): number => uploads.size,
		begin(_context: S3Context, {bucket, key, header}: S3Request): Answer {
			const id = randomUUID();
			uploads.set(id, {
				bucket, key, tier: storageClassOf(header('x-amz-storage-class')), parts: new Map(),
			});
			return {status: 200, body: toXml('InitiateMultipartUploadResult', {Bucket: bucket, Key: key, UploadId: id})};
		},
		list(_context: S3Context, {bucket, query}: S3Request): Answer {
			const found = [...uploads].filter(([, upload]) => upload.bucket === bucket && upload.key.startsWith(query.get('prefix') ?? ''));
			return {
				status: 200,
				body: toXml('ListMultipartUploadsResult', {
					Bucket: bucket, IsTruncated: false, Upload: found.map(([id, {key, tier}]) => ({Key: key, UploadId: id, StorageClass: tier})),
				}),
			};
		},
		listParts(_context: S3Context, request: S3Request): Answer {
			const [, {parts}] = find(request);
			return {
				status: 200,
				body: toXml('ListPartsResult', {
					IsTruncated: false, Part: [...parts].map(([number, {etag, size}]) => ({PartNumber: number, ETag: `"${etag}"`, Size: size})),
				}),
			};
		},
		async sendPart({files}: S3Context, request: S3Request): Promise<Answer> {
			const [, upload] = find(request);
			const part = await files.receive(request.body);
			keepPart(files, upload, request, part);
			return {status: 200, headers: {etag: `"${part.etag}"`}};
		},
		async copyPart(context: S3Context, request: S3Request): Promise<Answer> {
			const [, upload] = find(request);
			const source = copySource(context, request.header('x-amz-copy-source') ?? '', request.header('x-amz-copy-source-if-match'));
			const range = readRange(request.header('x-amz-copy-source-range'), source.size);
			const part = await context.files.receive(context.files.open(source, range));
			keepPart(context.files, upload, request, part);
			return {status: 200, body: toXml('CopyPartResult', {LastModified: new Date().toISOString(), ETag: `"${part.etag}"`})};
		},
		async complete(context: S3Context, request: S3Request): Promise<Answer> {
			const [id, upload] = find(request);
			const parts = orderedParts(upload, await readText(request.body), context.minimumPartBytes);
			const {files} = context;
			const incoming = await files.receive(concatenated(files, parts));
			const digests = createHash('md5').update(Buffer.concat(parts.map(part => Buffer.from(part.etag, 'hex'))));
			const stored = files.commit(upload.bucket, upload.key, incoming, {tier: upload.tier, etag: `${digests.digest('hex')}-${parts.length}`});
			end(files, id);
			return {status: 200, body: toXml('CompleteMultipartUploadResult', {Bucket: upload.bucket, Key: upload.key, ETag: `"${stored.etag}"`})};
		},
		abort({files}: S3Context, request: S3Request): Answer {
			const [id] = find(request);
			end(files, id);
			return {status: 204};
		},
	};
};

const keepPart = (files: S3Context['files'], {parts}: Upload, {query}: S3Request, part: Incoming): void => {
	const number = Number(query.get('partNumber'));
	if (!Number.isInteger(number) || number < 1 || number > 10_000) {
		files.discard(part);
		throw new S3Refusal('InvalidArgument', {Message: 'Part number must be an integer between 1 and 10000, inclusive'});
	}

	const earlier = parts.get(number);
	if (earlier !== undefined) {
		files.discard(earlier);
	}

	parts.set(number, part);
};

const orderedParts = ({parts}: Upload, text: string, minimumPartBytes: number): readonly Incoming[] => {
	const order = fromXml(text)['CompleteMultipartUpload'] as {readonly Part?: ReadonlyArray<{readonly PartNumber: string; readonly ETag: string}>} | undefined;
	const named = (order?.Part ?? []).map(({PartNumber: number, ETag: etag}) => ({part: parts.get(Number(number)), etag: etag.replaceAll(/"|&quot;/gv, '')}));
	const found = named.flatMap(({part, etag}) => part?.etag === etag ? [part] : []);
	if (found.length === 0 || found.length < named.length) {
		throw new S3Refusal('InvalidPart');
	}

	if (found.slice(0, -1).some(part => part.size < minimumPartBytes)) {
		throw new S3Refusal('EntityTooSmall');
	}

	return found;
};

const concatenated = async function * (files: S3Context['files'], parts: readonly Incoming[]): AsyncGenerator<Uint8Array> {
	for (const part of parts) {
		yield * files.openIncoming(part) as AsyncIterable<Uint8Array>;
	}
};
