import {spawnSync} from 'node:child_process';
import {X509Certificate} from 'node:crypto';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {rootCertificates} from 'node:tls';
import test, {type ExecutionContext} from 'ava';
import {writeTrust} from '#jobs/prepare/write-trust.ts';

const authority = path.join(import.meta.dirname, '../../shared/neo4j/certificates/ca.crt');

const scratch = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'trust-test-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	return folder;
};

test('neo4j-admin is given a bundle with the authority of the store beside those that everybody trusts', async t => {
	const folder = await scratch(t);
	await writeTrust(folder, authority);
	const bundle = await readFile(path.join(folder, 'trust/ca-certificates.crt'), 'utf8');
	const subjects = bundle.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gsv)!.map(pem => new X509Certificate(pem).subject);
	t.is(subjects.length, rootCertificates.length + 1);
	t.is(subjects.at(-1), 'CN=Test authority');
});

const hasKeytool = spawnSync('keytool', ['-help']).error === undefined;

const withKeytool = hasKeytool ? test : test.skip;

withKeytool('Java\'s own tool reads the truststore, and finds nothing wrong with its digest', async t => {
	const folder = await scratch(t);
	await writeTrust(folder, authority);
	const {stdout} = spawnSync('keytool', ['-list', '-v', '-keystore', path.join(folder, 'trust/truststore.jks'), '-storetype', 'JKS', '-storepass', 'changeit'], {encoding: 'utf8', maxBuffer: 16 * 1024 * 1024});
	t.regex(stdout, new RegExp(`Your keystore contains ${rootCertificates.length + 1} entries`, 'v'));
	t.regex(stdout, /Owner: CN=Test authority/v);
	t.is(stdout.match(/Entry type: trustedCertEntry/gv)?.length, rootCertificates.length + 1);
});
