import {Buffer} from 'node:buffer';
import {type KubeClient} from '../kube/client.ts';
import {type KubeObject} from '../kube/object.ts';
import {type BoltConnection} from './bolt.ts';
import {type ResolvedTarget} from './target.ts';

type Secret = KubeObject & {readonly data?: Readonly<Record<string, string>>};

/**
What a target's certificate is checked against: the authority in `ca.crt` of the first of its Secrets that has one, else its own certificate, pinned; with neither, the system's authorities. Undefined when Bolt speaks no TLS.
*/
export const boltTrust = async (kube: KubeClient, {tls, namespace}: Pick<ResolvedTarget, 'tls' | 'namespace'>): Promise<BoltConnection['tls']> => {
	if (!tls) {
		return undefined;
	}

	const secrets: Secret[] = [];
	for (const name of tls.trustSecrets) {
		const secret = await kube.get<Secret>({
			apiVersion: 'v1', kind: 'Secret', namespace, name,
		});
		secrets.push(...secret ? [secret] : []);
	}

	const encoded = (tls.keys ?? ['ca.crt', 'tls.crt']).flatMap(key => secrets.map(({data}) => data?.[key]).filter(value => value !== undefined && value !== ''));
	return encoded[0] ? {ca: Buffer.from(encoded[0], 'base64').toString('utf8')} : {};
};
