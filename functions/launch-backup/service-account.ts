import {NotYetError} from './not-yet.ts';
import {labels} from '#shared/api/group.ts';
import {ConflictError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {cloudSettings} from '#shared/runs/cloud-settings.ts';
import {type CloudBlock, type Neo4jBackup} from '#shared/runs/status.ts';

const defaultServiceAccount = 'neo4j-backup-sa';

/** Beginning of the field managers of CRs that share the account. */
const managers = 'neo4j-backup/';

/**
The account that the Pods of a CR run under, made and annotated where the CR asks for it. An account that the user named is used as it is; with `autoCreate.enabled: false` an existing `neo4j-backup-sa` is used as it is, else `default` (decision D22).
*/
export const ensureServiceAccount = async (kube: KubeClient, backup: Neo4jBackup, {identity}: CloudBlock): Promise<string> => {
	if (identity?.serviceAccount) {
		return identity.serviceAccount;
	}

	if (identity?.autoCreate?.enabled === false) {
		return await kube.get(accountOf(backup)) ? defaultServiceAccount : 'default';
	}

	const annotations = identity?.autoCreate?.annotations ?? {};
	const found = await kube.get<ManagedAccount>(accountOf(backup));
	if (!found || !isAsWanted(found, backup, annotations)) {
		await applyAccount(kube, backup, annotations);
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
const isAsWanted = ({metadata}: ManagedAccount, backup: Neo4jBackup, annotations: Readonly<Record<string, string>>): boolean => {
	const applied = metadata.managedFields?.find(({manager}) => manager === managerOf(backup))?.fieldsV1?.['f:metadata']?.['f:annotations'] ?? {};
	const held = Object.keys(applied).filter(field => field !== '.').map(field => field.slice('f:'.length));
	return metadata.deletionTimestamp === undefined
		&& held.every(name => Object.hasOwn(annotations, name))
		&& Object.entries(annotations).every(([name, value]) => held.includes(name) && metadata.annotations?.[name] === value);
};

/**
Brings an edit of the CR to the account at once; before each Job it is made sure of anyway. What keeps it from being done is an Event.
*/
export const syncServiceAccount = async (kube: KubeClient, backup: Neo4jBackup): Promise<void> => {
	const {metadata: {generation}, status} = backup;
	if (status?.observedGeneration === generation) {
		return;
	}

	try {
		await ensureServiceAccount(kube, backup, cloudSettings(backup.spec));
	} catch (error) {
		if (!(error instanceof NotYetError)) {
			throw error;
		}

		await recordEvent(kube, backup, {
			type: 'Warning', reason: error.reason, message: error.message, cause: `${generation} ${error.message}`, reporter: 'launch-backup',
		});
	}
};

const managerOf = ({metadata}: Neo4jBackup): string => `${managers}${metadata.uid!}`;

const accountOf = ({metadata: {namespace}}: Neo4jBackup) => ({
	apiVersion: 'v1', kind: 'ServiceAccount', name: defaultServiceAccount, namespace: namespace!,
});

/**
Applies the account with a field manager of this CR, so that annotations that the CR no longer names disappear and those of others stay (decision D4). What somebody else has changed by hand is as the CR says again; what another CR applies is left to it, and this one waits.
*/
const applyAccount = async (kube: KubeClient, backup: Neo4jBackup, annotations: Readonly<Record<string, string>>): Promise<void> => {
	const {apiVersion, kind, ...metadata} = accountOf(backup);
	const account = {
		apiVersion,
		kind,
		// The API server keeps no empty map, so that whoever applies one changes it again and conflicts with all that did before.
		metadata: {...metadata, ...(Object.keys(annotations).length > 0 && {annotations}), labels: {[labels.partOf]: 'neo4j-backup'}},
	} satisfies KubeObject;
	const apply = async (force: boolean) => kube.patch(accountOf(backup), account, {type: 'apply', fieldManager: managerOf(backup), force});
	try {
		await apply(false);
	} catch (error) {
		if (!(error instanceof ConflictError)) {
			throw error;
		}

		if (error.message.includes(`with "${managers}`)) {
			throw new NotYetError('ServiceAccountAnnotationConflict', `ServiceAccount ${defaultServiceAccount} gets other annotations from another Neo4jBackup of this namespace: make autoCreate.annotations of both agree, or name an account of its own in identity.serviceAccount (${error.message.replace(/^.*?: /v, '')})`);
		}

		await apply(true);
	}
};
