import {labels} from '#shared/api/group.ts';
import {controllerReference, type Manifest} from '#shared/kube/object.ts';
import {
	clusterNameOf, scheduleNames, type CnpgApiVersion, type CnpgCluster, type NooBaa, type ScheduledBackup,
} from '#shared/noobaa/objects.ts';

/**
The ScheduledBackup that a NooBaa's `dbBackup` asks for: offline, so that what is on the volume is consistent, and of a standby where there is one, so that nobody waits for it. It belongs to the NooBaa and goes with it; the backups that it makes do not.
*/
export const wantedSchedule = (nooBaa: NooBaa, {apiVersion, expression}: {readonly apiVersion: CnpgApiVersion; readonly expression: string}): Manifest & ScheduledBackup => {
	const {metadata: {namespace, name}} = nooBaa;
	const cluster = clusterNameOf(name);
	return {
		apiVersion,
		kind: 'ScheduledBackup',
		metadata: {
			name: scheduleNames(cluster).own,
			namespace: namespace!,
			labels: {
				[labels.name]: 'noobaa', [labels.instance]: name, [labels.component]: 'database-backup', [labels.partOf]: 'neo4j-backup', [labels.managedBy]: 'noobaa-database',
			},
			ownerReferences: [controllerReference(nooBaa)],
		},
		spec: {
			schedule: expression, cluster: {name: cluster}, method: 'volumeSnapshot', online: false, target: 'prefer-standby', backupOwnerReference: 'none', suspend: false,
		},
	};
};

/**
What of a ScheduledBackup was changed by hand, or is wanted otherwise now; undefined when nothing is.
*/
export const scheduleChange = (found: ScheduledBackup, wanted: ScheduledBackup): Readonly<Record<string, unknown>> | undefined => changedFields(found.spec, wanted.spec);

/**
What is missing in a Cluster so that it can be backed up by snapshots of a class; undefined when nothing is. What else its `spec.backup` says stays.
*/
export const configurationChange = ({spec: {backup}}: CnpgCluster, className: string): Readonly<Record<string, unknown>> | undefined => {
	const change = changedFields(backup?.volumeSnapshot ?? {}, {className, online: false});
	return change && {backup: {volumeSnapshot: change}};
};

/**
What takes that out of a Cluster again; undefined when it is not there. A `spec.backup` that says nothing but CloudNativePG's default goes with it.
*/
export const configurationRemoval = ({spec: {backup}}: CnpgCluster): Readonly<Record<string, unknown>> | undefined => {
	if (backup?.volumeSnapshot === undefined) {
		return undefined;
	}

	const rest = Object.entries(backup).filter(([field, value]) => field !== 'volumeSnapshot' && !(field === 'target' && value === 'prefer-standby'));
	return {backup: rest.length === 0 ? null : {volumeSnapshot: null}};
};

const changedFields = (found: Readonly<Record<string, unknown>>, wanted: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined => {
	const changed = Object.entries(wanted).filter(([field, value]) => JSON.stringify(found[field]) !== JSON.stringify(value));
	return changed.length === 0 ? undefined : Object.fromEntries(changed);
};
