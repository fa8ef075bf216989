import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {type Config, type Driver} from 'neo4j-driver';

export type BoltConnection = {
	/** `bolt://host:port`, without anything about encryption. */
	readonly uri: string;
	readonly username: string;
	readonly password: string;
	/** Present when the server speaks TLS. Its certificate is always checked: against `ca` (PEM), or against the system's authorities when that is absent. */
	readonly tls?: {readonly ca?: string};
};

/**
Does something with a driver for one server within `timeoutMs`, and closes the driver whatever happens, so that a server which hangs holds nothing. The driver is loaded when it is first needed: most wakes of a function need none.
*/
export const withDriver = async <T>(connection: BoltConnection, timeoutMs: number, work: (driver: Driver) => Promise<T>): Promise<T> => {
	const {uri, username, password, tls} = connection;
	const {default: neo4j} = await import('neo4j-driver');
	const trust = tls?.ca === undefined ? undefined : await temporaryFile(tls.ca);
	const driver = neo4j.driver(uri, neo4j.auth.basic(username, password), {
		connectionTimeout: timeoutMs,
		connectionAcquisitionTimeout: timeoutMs,
		disableLosslessIntegers: true,
		userAgent: 'neo4j-backup-functions',
		...encryption(connection, trust?.file),
	});
	try {
		return await within(timeoutMs, uri, work(driver));
	} finally {
		await driver.close();
		await trust?.remove();
	}
};

const within = async <T>(timeoutMs: number, uri: string, work: Promise<T>): Promise<T> => {
	const {promise: late, reject} = Promise.withResolvers<never>();
	const timer = setTimeout(() => {
		reject(new Error(`${uri} did not answer within ${timeoutMs} ms`));
	}, timeoutMs);
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
};

const encryption = ({tls}: BoltConnection, caFile: string | undefined): Config => {
	if (!tls) {
		return {encrypted: 'ENCRYPTION_OFF'};
	}

	return caFile === undefined
		? {encrypted: 'ENCRYPTION_ON', trust: 'TRUST_SYSTEM_CA_SIGNED_CERTIFICATES'}
		: {encrypted: 'ENCRYPTION_ON', trust: 'TRUST_CUSTOM_CA_SIGNED_CERTIFICATES', trustedCertificates: [caFile]};
};

// The driver takes the authority only as the name of a file.
const temporaryFile = async (content: string): Promise<{readonly file: string; readonly remove: () => Promise<void>}> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'bolt-'));
	const file = path.join(folder, 'ca.crt');
	await writeFile(file, content);
	return {
		file,
		remove: async () => rm(folder, {recursive: true, force: true}),
	};
};
