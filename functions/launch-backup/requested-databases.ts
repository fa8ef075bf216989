import {Buffer} from 'node:buffer';
import {type SecretObject} from './credentials.ts';
import {type LaunchDependencies} from './deps.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {boltTrust} from '#shared/neo4j/bolt-trust.ts';
import {onlineDatabases} from '#shared/neo4j/databases.ts';
import {type ResolvedTarget} from '#shared/neo4j/target.ts';
import {present} from '#shared/present.ts';
import {type BackupRun} from '#shared/runs/status.ts';

/**
The databases that a run of a whole target must have an artifact of: those online now, read over Bolt; where Bolt does not answer, those of the last run (decision D79). Undefined when neither is known.
*/
export const requestedDatabases = async ({kube, boltAddress = uri => uri, log}: LaunchDependencies, target: ResolvedTarget, lastRun: BackupRun | undefined): Promise<readonly string[] | undefined> => {
	const user = await adminUser(kube, target);
	const online = user && await onlineDatabases({
		uri: boltAddress(target.boltURI),
		...user,
		...present({tls: await boltTrust(kube, target)}),
		onFailure(error) {
			log.warn({target: target.name, error: error.message}, 'Bolt did not tell the databases of the target');
		},
	});
	return online ?? lastRun?.requested;
};

/**
User and password of the target's admin Secret: `username` (default `neo4j`) and `password`, or `NEO4J_AUTH` as `user/password`.
*/
const adminUser = async (kube: KubeClient, {namespace, adminSecret}: ResolvedTarget): Promise<{username: string; password: string} | undefined> => {
	const secret = await kube.get<SecretObject>({
		apiVersion: 'v1', kind: 'Secret', namespace, name: adminSecret,
	});
	const value = (key: string) => secret?.data?.[key] && Buffer.from(secret.data[key], 'base64').toString('utf8');
	const password = value('password');
	if (password) {
		return {username: value('username') ?? 'neo4j', password};
	}

	const [username, combined, ...rest] = value('NEO4J_AUTH')?.split('/') ?? [];
	return username && combined && rest.length === 0 ? {username, password: combined} : undefined;
};
