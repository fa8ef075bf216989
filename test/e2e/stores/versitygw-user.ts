import {PutBucketPolicyCommand} from '@aws-sdk/client-s3';
import {goProgram} from './programs.ts';
import {run} from './run.ts';
import {program, type Versitygw} from './versitygw.ts';
import {type StoreCredentials} from '#shared/stores/store.ts';
import {type Refusable} from '#test/shared/stores/contract/fixture.ts';

export type VersitygwUser = {
	readonly credentials: StoreCredentials;
	/** Takes a right on keys from the user until what it answers is called. */
	readonly refuse: (what: Refusable, key: string) => Promise<() => Promise<void>>;
};

/**
Adds a user who may do everything with one bucket, by a policy of the bucket; the root account, unlike him, can be refused nothing.
*/
export const addUser = async ({url, client, credentials}: Versitygw, bucket: string): Promise<VersitygwUser> => {
	const own = {AWS_ACCESS_KEY_ID: 'AKIAVERSITYUSER', AWS_SECRET_ACCESS_KEY: 'another-secret+that/nobody=sees', AWS_DEFAULT_REGION: 'us-east-1'};
	await run([
		await goProgram(program),
		'admin',
		'--access',
		credentials.AWS_ACCESS_KEY_ID,
		'--secret',
		credentials.AWS_SECRET_ACCESS_KEY,
		'--endpoint-url',
		url,
		'create-user',
		'--access',
		own.AWS_ACCESS_KEY_ID,
		'--secret',
		own.AWS_SECRET_ACCESS_KEY,
		'--role',
		'user',
	]);
	const Principal = {AWS: [own.AWS_ACCESS_KEY_ID]};
	const all = {
		Effect: 'Allow', Principal, Action: ['s3:*'], Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
	};
	const setPolicy = async (...denied: ReadonlyArray<{readonly Action: string; readonly Resource: string}>): Promise<void> => {
		const Statement = [all, ...denied.map(({Action, Resource}) => ({
			Effect: 'Deny', Principal, Action: [Action], Resource: [Resource],
		}))];
		await client.send(new PutBucketPolicyCommand({Bucket: bucket, Policy: JSON.stringify({Version: '2012-10-17', Statement})}));
	};

	await setPolicy();
	return {
		credentials: own,
		async refuse(what, key) {
			await setPolicy({Action: actions[what], Resource: what === 'list' ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}*`});
			return async () => setPolicy();
		},
	};
};

const actions: Readonly<Record<Refusable, string>> = {
	list: 's3:ListBucket', read: 's3:GetObject', write: 's3:PutObject', delete: 's3:DeleteObject',
};
