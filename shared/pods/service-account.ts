import {NotYetError} from '../not-yet.ts';
import {labels} from '../api/group.ts';
import {ConflictError} from '../errors.ts';
import {type KubeClient} from '../kube/client.ts';
import {type KubeObject} from '../kube/object.ts';
import {type CloudBlock} from '../runs/status.ts';

const defaultServiceAccount = 'neo4j-backup-sa';

/** Beginning of the field managers of CRs that share the account. */
const managers = 'neo4j-backup/';

/**
The account that the Pods of a CR run under, made and annotated where the CR asks for it. An account that the user named is used as it is; with `autoCreate.enabled: false` an existing `neo4j-backup-sa` is used as it is, else `default` (decision D22).
*/
export const ensureServiceAccount = async (kube: KubeClient, user: KubeObject, {identity}: CloudBlock): Promise<string> => {
	if (identity?.serviceAccount) {
		return identity.serviceAccount;
	}

	if (identity?.autoCreate?.enabled === false) {
		return await kube.get(accountOf(user)) ? defaultServiceAccount : 'default';
	}

	const annotations = identity?.autoCreate?.annotations ?? {};
	const found = await kube.get<ManagedAccount>(accountOf(user));
	if (!found || !isAsWanted(found, user, annotations)) {
		await applyAccount(kube, user, annotations);
	}

	return defaultServiceAccount;
};

type ManagedAccount = KubeObject & {
	readonly metadata: {
		readonly managedFields?: ReadonlyArray<{readonly manager?: string; readonly fieldsV1?: {readonly 'f:metadata'?: {readonly 'f:annotations'?: Readonly<Record<string, unknown>>}}}>;
	};
};

/**
Whether the account has what this CR wants and nothing that it once wanted, by what its own field manager holds. Each apply leaves an entry on the account: ten thousand CRs that want no annotations must not fill it.
*/
const isAsWanted = ({metadata}: ManagedAccount, user: KubeObject, annotations: Readonly<Record<string, string>>): boolean => {
	const applied = metadata.managedFields?.find(({manager}) => manager === managerOf(user))?.fieldsV1?.['f:metadata']?.['f:annotations'] ?? {};
	const held = Object.keys(applied).filter(field => field !== '.').map(field => field.slice('f:'.length));
	return metadata.deletionTimestamp === undefined
		&& held.every(name => Object.hasOwn(annotations, name))
		&& Object.entries(annotations).every(([name, value]) => held.includes(name) && metadata.annotations?.[name] === value);
};

const managerOf = ({metadata}: KubeObject): string => `${managers}${metadata.uid!}`;

const accountOf = ({metadata: {namespace}}: KubeObject) => ({
	apiVersion: 'v1', kind: 'ServiceAccount', name: defaultServiceAccount, namespace: namespace!,
});

/**
Applies the account with a field manager of this CR, so that annotations that the CR no longer names disappear and those of others stay (decision D4). What somebody else has changed by hand is as the CR says again; what another CR applies is left to it, and this one waits.
*/
const applyAccount = async (kube: KubeClient, user: KubeObject, annotations: Readonly<Record<string, string>>): Promise<void> => {
	const {apiVersion, kind, ...metadata} = accountOf(user);
	const account = {
		apiVersion,
		kind,
		// The API server keeps no empty map, so that whoever applies one changes it again and conflicts with all that did before.
		metadata: {...metadata, ...(Object.keys(annotations).length > 0 && {annotations}), labels: {[labels.partOf]: 'neo4j-backup'}},
	} satisfies KubeObject;
	const apply = async (force: boolean) => kube.patch(accountOf(user), account, {type: 'apply', fieldManager: managerOf(user), force});
	try {
		await apply(false);
	} catch (error) {
		if (!(error instanceof ConflictError)) {
			throw error;
		}

		if (error.message.includes(`with "${managers}`)) {
			throw new NotYetError('ServiceAccountAnnotationConflict', `ServiceAccount ${defaultServiceAccount} gets other annotations from another Neo4jBackup or Neo4jRestore of this namespace: make autoCreate.annotations of both agree, or name an account of its own in identity.serviceAccount (${error.message.replace(/^.*?: /v, '')})`);
		}

		await apply(true);
	}
};
