import {type KubeClient} from '../kube/client.ts';
import {readSecretTexts} from '../kube/secret.ts';
import {present} from '../present.ts';
import {type Log} from '../log.ts';
import {boltTrust} from './bolt-trust.ts';
import {type DatabasesQuestion} from './databases.ts';
import {type ResolvedTarget} from './target.ts';

export type BoltDependencies = {
	readonly kube: KubeClient;
	readonly log: Log;
	/** Where a Bolt address is really reached; the address itself when absent. */
	readonly boltAddress?: (uri: string) => string;
};

/**
How the target is asked over Bolt, as the user of its admin Secret; undefined when that Secret is not there or holds no password.
*/
export const boltConnection = async ({kube, boltAddress = uri => uri, log}: BoltDependencies, target: ResolvedTarget): Promise<DatabasesQuestion | undefined> => {
	const user = await adminUser(kube, target);
	return user && {
		uri: boltAddress(target.boltURI),
		...user,
		...present({tls: await boltTrust(kube, target)}),
		onFailure(error) {
			log.warn({target: target.name, error: error.message}, 'the target did not answer over Bolt');
		},
	};
};

/**
User and password of the target's admin Secret: `username` (default `neo4j`) and `password`, or `NEO4J_AUTH` as `user/password`.
*/
const adminUser = async (kube: KubeClient, {namespace, adminSecret}: ResolvedTarget): Promise<{username: string; password: string} | undefined> => {
	const secret = await readSecretTexts(kube, {namespace, name: adminSecret});
	const password = secret?.['password'];
	if (password) {
		return {username: secret?.['username'] ?? 'neo4j', password};
	}

	const [username, combined, ...rest] = secret?.['NEO4J_AUTH']?.split('/') ?? [];
	return username && combined && rest.length === 0 ? {username, password: combined} : undefined;
};
