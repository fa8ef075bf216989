import {X509Certificate} from 'node:crypto';
import {rootCertificates} from 'node:tls';
import {ConfigurationError, toError} from '../errors.ts';

/** The key of a Secret, and the name of the file, that holds certificates of authorities: as cert-manager, trust-manager and Kubernetes itself call it. */
export const authoritiesKey = 'ca.crt';

/**
The certificates of a PEM text, in its order; what stands between them is left out. `source` begins the message of the ConfigurationError that is thrown for a text without one, and for one that cannot be read.
*/
export const parseAuthorities = (text: string, source: string): readonly X509Certificate[] => {
	const blocks = text.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gsv);
	if (blocks === null) {
		throw new ConfigurationError(`${source} holds no certificate: put those of the authorities there as PEM text (-----BEGIN CERTIFICATE-----)`, 'CABundleInvalid');
	}

	return blocks.map((block, index) => {
		try {
			return new X509Certificate(block);
		} catch (error) {
			throw new ConfigurationError(`${source}: certificate ${index + 1} of ${blocks.length} cannot be read: ${toError(error).message}`, 'CABundleInvalid');
		}
	});
};

/**
Authorities that a client trusts: those that everybody does, and these.
*/
export const trustedAuthorities = (text: string): string[] => [...rootCertificates, text];
