import {X509Certificate} from 'node:crypto';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {rootCertificates} from 'node:tls';
import {javaTruststore} from './java-truststore.ts';
import {runFiles} from '#shared/runs/run-spec.ts';
import {parseAuthorities} from '#shared/stores/authorities.ts';

/**
Makes known to neo4j-admin what signs the store's certificate: together with the authorities that everybody trusts, once as the system's bundle, which its client for S3 reads, and once as a truststore, which the rest of Java reads.
*/
export const writeTrust = async (folder: string, file: string): Promise<void> => {
	const authorities = [...rootCertificates.map(certificate => new X509Certificate(certificate)), ...parseAuthorities(await readFile(file, 'utf8'), file)];
	await mkdir(path.join(folder, runFiles.trust), {recursive: true});
	await writeFile(path.join(folder, runFiles.trustedBundle), authorities.map(String).join(''));
	await writeFile(path.join(folder, runFiles.truststore), javaTruststore(authorities));
};
