import {type KubeClient} from '../kube/client.ts';
import {readSecretTexts} from '../kube/secret.ts';
import {type BoltConnection} from './bolt.ts';
import {type ResolvedTarget} from './target.ts';

/**
What a target's certificate is checked against: the authority in `ca.crt` of the first of its Secrets that has one, else its own certificate, pinned; with neither, the system's authorities. Undefined when Bolt speaks no TLS.
*/
export const boltTrust = async (kube: KubeClient, {tls, namespace}: Pick<ResolvedTarget, 'tls' | 'namespace'>): Promise<BoltConnection['tls']> => {
	if (!tls) {
		return undefined;
	}

	const secrets: Array<Readonly<Record<string, string>>> = [];
	for (const name of tls.trustSecrets) {
		secrets.push(await readSecretTexts(kube, {namespace, name}) ?? {});
	}

	const ca = (tls.keys ?? ['ca.crt', 'tls.crt']).flatMap(key => secrets.map(values => values[key])).find(Boolean);
	return ca === undefined ? {} : {ca};
};
