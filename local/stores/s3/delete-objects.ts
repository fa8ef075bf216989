import {createHash} from 'node:crypto';
import {refusedBy} from '../rules.ts';
import {S3Refusal, type Answer} from './answer.ts';
import {type S3Context} from './context.ts';
import {readText, type S3Request} from './request.ts';
import {fromXml, toXml} from './xml.ts';

/**
DeleteObjects: at most 1,000 keys, each deleted or refused by itself.
*/
export const deleteObjects = async (context: S3Context, request: S3Request): Promise<Answer> => {
	const text = await readText(request.body);
	checkDigest(request, text, context.wantsMd5);
	const order = fromXml(text)['Delete'] as {readonly Object?: ReadonlyArray<{readonly Key?: string}>; readonly Quiet?: string} | undefined;
	const keys = order?.Object?.map(({Key: key}) => key) ?? [];
	if (keys.length === 0 || keys.length > 1000 || keys.includes(undefined)) {
		throw new S3Refusal('MalformedXML');
	}

	const results = keys.map((key = '') => ({Key: key, ...deleteOne(context, request.bucket, key)}));
	return {
		status: 200,
		body: toXml('DeleteResult', {
			Deleted: order?.Quiet === 'true' ? [] : results.filter(result => !('Code' in result)),
			Error: results.filter(result => 'Code' in result),
		}),
	};
};

/**
DeleteObject: what is not there counts as deleted.
*/
export const deleteObject = (context: S3Context, {bucket, key}: S3Request): Answer => {
	const refused = deleteOne(context, bucket, key);
	if (refused !== undefined) {
		throw new S3Refusal('AccessDenied', {Message: refused.Message});
	}

	return {status: 204};
};

type Refused = {readonly Code: string; readonly Message: string};

const deleteOne = (context: S3Context, bucket: string, key: string): Refused | undefined => {
	const code = refusedBy(context.rules, 'DeleteObject', bucket, key);
	if (code !== undefined) {
		return {Code: code, Message: code === 'AccessDenied' ? 'Access Denied' : 'Please reduce your request rate.'};
	}

	const lockedUntil = context.files.get(bucket, key)?.lockedUntil;
	if (lockedUntil !== undefined && lockedUntil.getTime() > Date.now()) {
		return {Code: 'AccessDenied', Message: 'Access Denied because object protected by object lock.'};
	}

	context.files.remove(bucket, key);
	return undefined;
};

// S3 wants a digest of this body, by MD5 or by one of the newer checksums.
const checkDigest = ({header}: S3Request, text: string, wantsMd5: boolean): void => {
	const md5 = header('content-md5');
	if (md5 !== undefined && md5 !== createHash('md5').update(text).digest('base64')) {
		throw new S3Refusal('BadDigest');
	}

	const announced = header('x-amz-sdk-checksum-algorithm')?.toLowerCase();
	if (announced !== undefined && header(`x-amz-checksum-${announced}`) === undefined) {
		throw new S3Refusal('InvalidRequest', {Message: 'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.'});
	}

	const others = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'];
	if (md5 === undefined && (wantsMd5 || others.every(name => header(`x-amz-checksum-${name}`) === undefined))) {
		throw new S3Refusal('InvalidRequest', {Message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*'});
	}
};
