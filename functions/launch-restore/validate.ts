import {optionProblem} from './option-problem.ts';
import {unsupported} from './unsupported.ts';
import {volumeProblem} from './volume-problem.ts';
import {readinessProblem} from './readiness-problem.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {boltConnection} from '#shared/neo4j/bolt-connection.ts';
import {serverVersion} from '#shared/neo4j/server-version.ts';
import {oldestSupported, isAtLeast} from '#shared/neo4j/versions.ts';
import {present} from '#shared/present.ts';
import {findRestoreTarget, type FoundRestoreTarget} from '#shared/restore/find-target.ts';
import {type Neo4jRestore} from '#shared/restore/status.ts';
import {type Step, type StepContext} from '#shared/restore/step.ts';

/**
Looks whether this restore can be done at all: what is asked for, the target and its version, its volume. It has no effect; what an edit of the manifest mends is looked at again (decision D48).
*/
export const validate: Step = async context => {
	const {kube, restore} = context;
	const {spec, metadata: {namespace}} = restore;
	const lacking = unsupported(spec);
	if (lacking) {
		throw new ConfigurationError(lacking, 'NotSupported');
	}

	const target = await findRestoreTarget(kube, {namespace: namespace!, name: spec.clusterRef});
	const version = await versionOf(context, target);
	const problem = optionProblem(spec, version) ?? volumeProblem(spec, target);
	if (problem) {
		throw problem;
	}

	const notReady = readinessProblem(spec, target);
	if (notReady) {
		throw notReady;
	}

	return {
		kind: 'done',
		message: `Looking for the backup of ${spec.databaseName}`,
		status: {
			target: targetStatus(target, version), resolvedSource: undefined, backupInfo: undefined,
		},
	};
};

const versionOf = async (context: StepContext, target: FoundRestoreTarget): Promise<string | undefined> => {
	if (target.version !== undefined) {
		return target.version;
	}

	const connection = await boltConnection(context, target);
	const found = connection && await serverVersion(connection);
	if (found?.isCommunity) {
		throw new ConfigurationError(`spec.clusterRef: ${target.kind} ${target.name} runs Neo4j Community, which has no restore of backups; it must run Enterprise`, 'CommunityEdition');
	}

	if (found && !isAtLeast(found.version, oldestSupported)) {
		throw new ConfigurationError(`spec.clusterRef: ${target.kind} ${target.name} runs Neo4j ${found.version}; ${oldestSupported} is the oldest that can be restored into`, 'UnsupportedVersion');
	}

	return found?.version;
};

const targetStatus = ({kind, name, holder, statefulSet, claim}: FoundRestoreTarget, version: string | undefined): NonNullable<NonNullable<Neo4jRestore['status']>['target']> => ({
	kind, name, uid: holder.metadata.uid!, statefulSet: statefulSet.metadata.name, claim, replicas: statefulSet.spec?.replicas ?? 1, ...present({version}),
});
