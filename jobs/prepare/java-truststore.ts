import {Buffer} from 'node:buffer';
import {createHash, type X509Certificate} from 'node:crypto';

/** Java's own word; a truststore keeps nothing secret. */
const password = 'changeit';

/**
Certificates as a truststore that any Java reads: the format JKS, version 2. Its digest is over the password, two words and everything before it.
*/
export const javaTruststore = (certificates: readonly X509Certificate[]): Uint8Array => {
	const body = Buffer.concat([
		uint32(0xFE_ED_FE_ED, 2, certificates.length),
		...certificates.map((certificate, index) => Buffer.concat([uint32(trustedCertificate), text(`authority-${index + 1}`), noDate, text('X.509'), uint32(certificate.raw.length), certificate.raw])),
	]);
	const digest = createHash('sha1').update(Buffer.from(password, 'utf16le').swap16()).update('Mighty Aphrodite').update(body).digest();
	return Buffer.concat([body, digest]);
};

const trustedCertificate = 2;

const noDate = Buffer.alloc(8);

const uint32 = (...numbers: readonly number[]): Uint8Array => {
	const bytes = Buffer.alloc(4 * numbers.length);
	for (const [index, number] of numbers.entries()) {
		bytes.writeUInt32BE(number, 4 * index);
	}

	return bytes;
};

const text = (value: string): Uint8Array => {
	const bytes = Buffer.from(value, 'latin1');
	const length = Buffer.alloc(2);
	length.writeUInt16BE(bytes.length);
	return Buffer.concat([length, bytes]);
};
