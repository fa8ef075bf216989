import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {createAccountTokens} from '#local/identity/account-tokens.ts';
import {startClouds} from '#local/identity/clouds.ts';

const now = () => new Date('2026-11-20T02:00:00Z');
const certificates = path.join(import.meta.dirname, '../../shared/neo4j/certificates');
const trusted = {namespace: 'neo4j', name: 'neo4j-backup-sa'};

test('a token is good for its account, its audience and an hour, and only from its issuer', t => {
	let time = now();
	const tokens = createAccountTokens(() => time);
	const token = tokens.issue(trusted, 'sts.amazonaws.com');
	t.is(tokens.subjectOf(token, 'sts.amazonaws.com'), 'system:serviceaccount:neo4j:neo4j-backup-sa');
	t.is(tokens.subjectOf(token, 'another'), undefined);
	t.is(createAccountTokens(now).subjectOf(token, 'sts.amazonaws.com'), undefined);
	time = new Date(time.getTime() + 3_600_001);
	t.is(tokens.subjectOf(token, 'sts.amazonaws.com'), undefined);
});

test('a cloud gives credentials to the account that it trusts, and to no other', async t => {
	const tokens = createAccountTokens(now);
	const clouds = await startClouds({
		tokens, now, tls: {cert: await readFile(path.join(certificates, 'server.crt'), 'utf8'), key: await readFile(path.join(certificates, 'server.key'), 'utf8')},
		trusts: {role: 'system:serviceaccount:neo4j:neo4j-backup-sa', google: 'system:serviceaccount:neo4j:neo4j-backup-sa'},
	});
	t.teardown(clouds.stop);
	const assume = async (role: string, name: string) => {
		const {status} = await fetch(clouds.sts, {method: 'POST', body: new URLSearchParams({Action: 'AssumeRoleWithWebIdentity', RoleArn: role, WebIdentityToken: tokens.issue({...trusted, name}, 'sts.amazonaws.com')})});
		return status;
	};

	t.deepEqual([await assume('role', 'neo4j-backup-sa'), await assume('role', 'default'), await assume('another', 'neo4j-backup-sa')], [200, 403, 403]);
	const metadata = async (subject: string, account: string) => {
		const {status} = await fetch(`http://${await clouds.metadataServer(subject, account)}/computeMetadata/v1/instance/service-accounts/default/token`);
		return status;
	};

	t.deepEqual([await metadata('system:serviceaccount:neo4j:neo4j-backup-sa', 'google'), await metadata('system:serviceaccount:neo4j:default', 'google')], [200, 403]);
});
