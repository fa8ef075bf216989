/**
The least that deleting these objects takes: listing the databases, and deleting the keys in batches of 1,000, with nothing around it. `node run-floor.ts JSON` prints how many milliseconds it took.
*/
import {readFile} from 'node:fs/promises';
import process from 'node:process';
import {DeleteObjectsCommand, ListObjectsV2Command, S3Client} from '@aws-sdk/client-s3';
import pMap from 'p-map';
import {type FloorOrder} from './orders.ts';
import {addDigests} from '#shared/stores/s3/client.ts';

const {endpoint, bucket, credentials, keysFile, prefixes, atOnce} = JSON.parse(process.argv[2]!) as FloorOrder;
const client = new S3Client({
	endpoint, region: 'us-east-1', forcePathStyle: true, credentials: {accessKeyId: credentials['AWS_ACCESS_KEY_ID']!, secretAccessKey: credentials['AWS_SECRET_ACCESS_KEY']!}, requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED',
});
addDigests(client);
const text = await readFile(keysFile, 'utf8');
const keys = text.split('\n').filter(Boolean);

const begin = performance.now();
let listed = 0;
await pMap(prefixes, async Prefix => {
	let token: string | undefined;
	do {
		const page = await client.send(new ListObjectsV2Command({Bucket: bucket, Prefix, ...(token !== undefined && {ContinuationToken: token})}));
		listed += page.Contents?.length ?? 0;
		token = page.NextContinuationToken;
	} while (token !== undefined);
}, {concurrency: atOnce});
const batches = Array.from({length: Math.ceil(keys.length / 1000)}, (_, index) => keys.slice(index * 1000, (index + 1) * 1000));
await pMap(batches, async batch => client.send(new DeleteObjectsCommand({Bucket: bucket, Delete: {Objects: batch.map(Key => ({Key}))}})), {concurrency: atOnce});
console.log(JSON.stringify({milliseconds: performance.now() - begin, listed}));
