import {X509Certificate} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {setDefaultCACertificates} from 'node:tls';

type Environment = Readonly<Record<string, string | undefined>>;

/**
Lets this process trust what the client for S3 in the real neo4j-admin does: the bundle of the system alone, whatever Java is told (neo4j/helm-charts#507). `SSL_CERT_FILE` says where it is.
*/
export const trustSystemBundle = ({SSL_CERT_FILE: file}: Environment): void => {
	if (file !== undefined) {
		setDefaultCACertificates([readFileSync(file, 'utf8')]);
	}
};

/**
Lets this process trust what other clients in Java do: the truststore that the JVM is told of.
*/
export const trustTruststore = ({JAVA_TOOL_OPTIONS: options = ''}: Environment): void => {
	const file = /-Djavax\.net\.ssl\.trustStore=(?<file>\S+)/v.exec(options)?.groups?.['file'];
	if (file !== undefined) {
		setDefaultCACertificates(certificatesOf(readFileSync(file)).map(String));
	}
};

/** The format JKS, with certificates alone in it. */
const certificatesOf = (store: Uint8Array): readonly X509Certificate[] => {
	const view = new DataView(store.buffer, store.byteOffset, store.length);
	const certificates: X509Certificate[] = [];
	let at = 12;
	const skipText = (): void => {
		at += 2 + view.getUint16(at);
	};

	for (let count = view.getUint32(8); count > 0; count--) {
		at += 4;
		skipText();
		at += 8;
		skipText();
		const length = view.getUint32(at);
		certificates.push(new X509Certificate(store.subarray(at + 4, at + 4 + length)));
		at += 4 + length;
	}

	return certificates;
};
