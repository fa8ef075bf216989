import type {Manifest} from './api-server.ts';
import type {Refusal} from './refusal.ts';

/**
A backup of S3 by static credentials, with something of everything that a rule looks at.
*/
export const backup: Manifest = {
	apiVersion: 'neo4j.neo4j.com/v1alpha1',
	kind: 'Neo4jBackup',
	metadata: {name: 'nightly', namespace: 'neo4j'},
	spec: {
		target: {kind: 'Cluster', name: 'production-cluster'},
		storage: {
			type: 's3', bucket: 'neo4j-backups', path: 'daily/', cloud: {provider: 'aws', credentialsSecretRef: 'aws-backup-credentials'},
		},
		schedule: '0 2 * * *',
		retention: {maxAge: '30d', maxCount: 30},
		options: {backupType: 'FULL', tempPath: '/tmp/neo4j-backup-temp', pageCache: '4G'},
	},
};

const pvc = (claim?: Record<string, unknown>) => ({
	storage: {
		type: 'pvc', bucket: null, cloud: null, pvc: claim ?? null,
	},
});

const identity = (provider: string) => ({provider, autoCreate: {enabled: true}});

const cron = 'a cron expression of five fields';

export const backupRefusals: readonly Refusal[] = [
	['[B-024] a backup without target is refused', {target: null}, 'spec.target', 'Required value'],
	['[B-025] a backup without storage is refused', {storage: null}, 'spec.storage', 'Required value'],
	['a schedule with seconds is refused', {schedule: '0 0 2 * * *'}, 'spec.schedule', cron],
	['[B-028] a schedule that is no five-field cron expression is refused', [{schedule: '61 * * * *'}, {schedule: 'hello'}, {schedule: '0 2 * *'}], 'spec.schedule', 'cron expression'],
	['a shorthand for a schedule is refused', {schedule: '@daily'}, 'spec.schedule', 'without seconds, @daily'],
	['a time zone within a schedule is refused', {schedule: 'TZ=UTC 2 * * * *'}, 'spec.schedule', 'the zone goes to timeZone'],
	['an empty schedule is refused', {schedule: ''}, 'spec.schedule', cron],
	['a minute of 61 is refused', {schedule: '61 * * * *'}, 'spec.schedule', 'the first field of a cron expression is the minute'],
	['an hour of 24 is refused', {schedule: '0 24 * * *'}, 'spec.schedule', 'the second field of a cron expression is the hour'],
	['a day of month of 0 is refused', {schedule: '0 2 0 * *'}, 'spec.schedule', 'the third field of a cron expression is the day of month'],
	['a month of 13 is refused', {schedule: '0 2 1 13 *'}, 'spec.schedule', 'the fourth field of a cron expression is the month'],
	['a day of week of 8 is refused', {schedule: '0 2 * * 8'}, 'spec.schedule', 'the fifth field of a cron expression is the day of week'],
	['a time zone that is an offset is refused', {timeZone: '+02:00'}, 'spec.timeZone', 'such as Europe/Berlin'],
	['[X-006] schedule and schedules together are refused', {schedules: [{name: 'a', schedule: '0 3 * * 0'}]}, 'spec.schedules', 'exclude each other'],
	['an entry of schedules without a name is refused', {schedule: null, schedules: [{schedule: '0 3 * * 0'}]}, 'spec.schedules[0].name', 'Required value'],
	['two entries of schedules of one name are refused', {schedule: null, schedules: [{name: 'a', schedule: '0 3 * * 0'}, {name: 'a', schedule: '0 4 * * 0'}]}, 'spec.schedules[1]', 'Duplicate value: {"name":"a"}'],
	['an entry of schedules with a bad expression is refused', {schedule: null, schedules: [{name: 'a', schedule: '0 3 * *'}]}, 'spec.schedules[0].schedule', cron],
	['an entry of schedules with a bad time zone is refused', {schedule: null, schedules: [{name: 'a', schedule: '0 3 * * 0', timeZone: 'Central European Time'}]}, 'spec.schedules[0].timeZone', 'such as Europe/Berlin'],
	['an entry of schedules with a space in its name is refused', {schedule: null, schedules: [{name: 'a b', schedule: '0 3 * * 0'}]}, 'spec.schedules[0].name', 'lower-case letters, digits and hyphens'],
	['an entry of schedules of an unknown type is refused', {schedule: null, schedules: [{name: 'a', schedule: '0 3 * * 0', backupType: 'full'}]}, 'spec.schedules[0].backupType', '"FULL", "DIFF", "AUTO"'],
	['a starting deadline in words is refused', {startingDeadline: '10 minutes'}, 'spec.startingDeadline', 'such as 30m, 1h30m or 24h'],
	['a jitter of nothing is refused', {jitter: '0m'}, 'spec.jitter', 'a duration above zero'],
	['an unknown catchUp is refused', {catchUp: 'All'}, 'spec.catchUp', '"RunOnce", "Skip"'],
	['an unknown deletionPolicy is refused', {deletionPolicy: 'Keep'}, 'spec.deletionPolicy', '"Retain", "Delete"'],
	['suspend that is no boolean is refused', {suspend: 'yes'}, 'spec.suspend', 'must be of type boolean'],

	['[B-038] a target without kind, or of an unknown one, is refused', [{target: {kind: null}}, {target: {kind: 'Foo'}}, {target: {kind: 'cluster'}}], 'spec.target.kind', 'value'],
	['a target of an unknown kind is told the kinds there are', {target: {kind: 'Foo'}}, 'spec.target.kind', 'Unsupported value: "Foo": supported values: "Cluster", "Database"'],
	['[B-039] a target without name is refused', {target: {name: null}}, 'spec.target.name', 'Required value'],
	['a target with an empty name is refused', {target: {name: ''}}, 'spec.target.name', 'lower-case letters'],
	['every database by a star is refused', {target: {kind: 'Database', name: '*', clusterRef: 'c'}}, 'spec.target.name', 'use kind Cluster'],
	['a database of two letters is refused', {target: {kind: 'Database', name: 'db', clusterRef: 'c'}}, 'spec.target.name', '3 to 63 characters'],
	['a database with capitals is refused', {target: {kind: 'Database', name: 'MyDb', clusterRef: 'c'}}, 'spec.target.name', 'lower-case letters'],
	['a database whose name begins with system is refused', {target: {kind: 'Database', name: 'systemdb', clusterRef: 'c'}}, 'spec.target.name', 'only the system database itself'],
	['[B-043] kind Database without clusterRef, absent or empty, is refused', [{target: {kind: 'Database', name: 'mydb'}}, {target: {kind: 'Database', name: 'mydb', clusterRef: ''}}], 'spec.target.clusterRef', 'kind Database needs clusterRef: the name of'],
	['a clusterRef with a slash is refused', {target: {kind: 'Database', name: 'mydb', clusterRef: 'ns/c'}}, 'spec.target.clusterRef', 'the name of a Kubernetes object'],
	['a namespace with a dot is refused', {target: {namespace: 'a.b'}}, 'spec.target.namespace', 'the name of a namespace'],

	['[B-050] storage without type, or of an unknown one, is refused', [{storage: {type: null}}, {storage: {type: 'nfs'}}, {storage: {type: 'S3'}}], 'spec.storage.type', 'value'],
	['storage of an unknown type is told the types there are', {storage: {type: 'nfs'}}, 'spec.storage.type', 'supported values: "s3", "gcs", "azure", "pvc"'],
	['[B-051] a cloud store without bucket, absent or empty, is refused', [{storage: {bucket: null}}, {storage: {bucket: ''}}, {storage: {type: 'gcs', bucket: null, cloud: null}}, {storage: {type: 'azure', bucket: null, cloud: null}}], 'spec.storage.bucket', 'need bucket: the name of the bucket'],
	['a bucket with a folder is refused', {storage: {bucket: 'backups/daily'}}, 'spec.storage.bucket', 'a folder in it goes to path'],
	['a bucket as a URI is refused', {storage: {bucket: 's3://backups'}}, 'spec.storage.bucket', 'the name of a bucket or container alone'],
	['[B-055] a path with .. is refused', [{storage: {path: 'daily/../other'}}, {storage: {path: '..'}}, {storage: {path: '/../x/'}}, {storage: {path: 'x/..'}}], 'spec.storage.path', 'must not contain a folder named ..'],
	['a path into the catalogue is refused', {storage: {path: 'daily/.neo4j-backup/x'}}, 'spec.storage.path', '.neo4j-backup'],
	['a path with characters for a shell is refused', {storage: {path: 'daily/$(id)'}}, 'spec.storage.path', 'letters, digits and . _ - = + @'],
	['[B-056] type pvc without pvc is refused', pvc(), 'spec.storage.pvc', 'type pvc needs pvc'],
	['type pvc with a bucket is refused', {storage: {type: 'pvc', cloud: null, pvc: {name: 'a'}}}, 'spec.storage.bucket', 'type pvc has no bucket'],
	['a claim beside S3 is refused', {storage: {pvc: {name: 'a'}}}, 'spec.storage.pvc', 'pvc is for type pvc alone'],
	['[B-061] a claim with neither name nor size is refused', pvc({}), 'spec.storage.pvc.name', 'pvc needs name'],
	['a claim of a class but without name and size is refused', pvc({storageClassName: 'fast'}), 'spec.storage.pvc.name', 'pvc needs name'],
	['[B-063] a size that is no quantity is refused', pvc({size: '100 GB'}), 'spec.storage.pvc.size', 'a quantity such as 100Gi'],
	['a size of nothing is refused', pvc({size: '0Gi'}), 'spec.storage.pvc.size', 'a quantity such as 100Gi'],
	['[B-064] an unknown provider is refused', {storage: {cloud: {provider: 'ibm'}}}, 'spec.storage.cloud.provider', '"aws", "gcp", "azure"'],
	['[B-066] a provider that contradicts the type of the store is refused', [{storage: {cloud: {provider: 'gcp'}}}, {storage: {cloud: {provider: 'azure'}}}, {storage: {type: 'gcs'}}, {storage: {type: 'azure'}}], 'spec.storage.cloud.provider', 's3 goes with aws, gcs with gcp, azure with azure'],
	['S3 with provider azure at the top is refused', {cloud: {provider: 'azure'}}, 'spec.cloud.provider', 's3 goes with aws'],
	['S3 swept as gcp is refused', {retention: {cloud: {provider: 'gcp'}}}, 'spec.retention.cloud.provider', 's3 goes with aws'],
	['[B-079] an identity without provider, or of an unknown one, is refused', [{cloud: {identity: {serviceAccount: 'x'}}}, {cloud: {identity: identity('ibm')}}], 'spec.cloud.identity.provider', 'value'],
	['an identity without provider is told that it needs one', {cloud: {identity: {serviceAccount: 'x'}}}, 'spec.cloud.identity.provider', 'Required value'],
	['an unknown identity provider is told the providers there are', {cloud: {identity: identity('ibm')}}, 'spec.cloud.identity.provider', 'supported values: "aws", "gcp", "azure"'],
	['[B-080] an identity that contradicts the store is refused, at the top too', [{cloud: {identity: identity('azure')}}, {cloud: {identity: identity('gcp')}}], 'spec.cloud.identity.provider', 's3 goes with aws'],
	['an identity in storage that contradicts the store is refused', {storage: {cloud: {identity: identity('gcp')}}}, 'spec.storage.cloud.identity.provider', 's3 goes with aws'],
	['an identity for sweeps that contradicts the store is refused', {retention: {cloud: {identity: identity('gcp')}}}, 'spec.retention.cloud.identity.provider', 's3 goes with aws'],
	['a Secret named with a slash is refused', {storage: {cloud: {credentialsSecretRef: 'ns/secret'}}}, 'spec.storage.cloud.credentialsSecretRef', 'the name of a Kubernetes object'],
	['an endpoint without scheme is refused', {storage: {cloud: {endpointURL: 'minio:9000'}}}, 'spec.storage.cloud.endpointURL', 'such as https://minio.example.com:9000'],
	['an endpoint with credentials is refused', {storage: {cloud: {endpointURL: 'https://key:secret@minio:9000'}}}, 'spec.storage.cloud.endpointURL', 'credentials go to the Secret'],
	['a storage account as a host is refused', {storage: {cloud: {storageAccount: 'acc.blob.core.windows.net'}}}, 'spec.storage.cloud.storageAccount', 'may not be more than 24 bytes'],
	['a storage account with capitals is refused', {storage: {cloud: {storageAccount: 'MyAccount'}}}, 'spec.storage.cloud.storageAccount', '3 to 24 lower-case letters and digits'],

	['[B-094] maxAge of another form is refused', [{retention: {maxAge: '4'}}, {retention: {maxAge: '-1d'}}, {retention: {maxAge: '1y2'}}, {retention: {maxAge: ''}}, {retention: {maxAge: '0d'}}, {retention: {maxAge: '1d12h'}}], 'spec.retention.maxAge', 'such as 30d, 4w, 12h or 90m'],
	['[B-096] maxCount that is no integer of at least 1 is refused', [{retention: {maxCount: 0}}, {retention: {maxCount: -3}}, {retention: {maxCount: 1.5}}, {retention: {maxCount: '12'}}], 'spec.retention.maxCount', 'spec.retention.maxCount in body'],
	['minCount of 0 is refused', {retention: {minCount: 0}}, 'spec.retention.minCount', 'should be greater than or equal to 1'],
	['keep of nothing is refused', {retention: {keep: {}}}, 'spec.retention.keep', 'should have at least 1 properties'],
	...['hourly', 'daily', 'weekly', 'monthly', 'yearly'].map((period): Refusal => [`keep of no ${period} backups is refused`, {retention: {keep: {[period]: 0}}}, `spec.retention.keep.${period}`, 'should be greater than or equal to 1']),
	['a pin that is no run id is refused', {retention: {pinned: ['yesterday']}}, 'spec.retention.pinned[0]', 'a run id of status.history'],
	['the same pin twice is refused', {retention: {pinned: ['20250120020000-1a2b3c4d', '20250120020000-1a2b3c4d']}}, 'spec.retention.pinned[1]', 'Duplicate value'],
	['an unknown deletePolicy is refused', {retention: {deletePolicy: 'Move'}}, 'spec.retention.deletePolicy', '"Delete", "Archive"'],
	['an unknown retention mode is refused', {retention: {mode: 'DryRun'}}, 'spec.retention.mode', '"Enforce", "Plan"'],
	['an unknown rule for versions is refused', {retention: {versions: 'All'}}, 'spec.retention.versions', '"Keep", "Delete"'],

	['[B-117] pageCache that does not match its pattern is refused', ['4Gi', '4 G', 'G', '-1G', ''].map(pageCache => ({options: {pageCache}})), 'spec.options.pageCache', 'must match ^[0-9]+[KMG]?$, such as 4G'],
	['an unknown backupType is refused', {options: {backupType: 'INCREMENTAL'}}, 'spec.options.backupType', '"FULL", "DIFF", "AUTO"'],
	['[B-115] a relative tempPath is refused', {options: {tempPath: 'tmp/x'}}, 'spec.options.tempPath', 'an absolute path'],
	['a tempPath that climbs is refused', {options: {tempPath: '/tmp/../data'}}, 'spec.options.tempPath', 'without ..'],
	['the root as tempPath is refused', {options: {tempPath: '/'}}, 'spec.options.tempPath', 'such as /tmp/neo4j-backup-temp'],
	['tempStorage without size is refused', {options: {tempStorage: {}}}, 'spec.options.tempStorage.size', 'Required value'],
	['[B-129] encryption without keySecret, absent or empty, is refused', [{options: {encryption: {enabled: true}}}, {options: {encryption: {enabled: true, keySecret: ''}}}], 'spec.options.encryption.keySecret', 'encryption needs keySecret: the name of the Secret'],
	['an unknown algorithm is refused', {options: {encryption: {algorithm: 'ROT13'}}}, 'spec.options.encryption.algorithm', '"AES256", "ChaCha20"'],
	['a key of a Secret with a slash is refused', {options: {encryption: {keySecretKey: 'a/b'}}}, 'spec.options.encryption.keySecretKey', 'must be a key of the Secret'],
	['an encrypted DIFF is refused', {options: {backupType: 'DIFF', encryption: {enabled: true, keySecret: 'k'}}}, 'spec.options.backupType', 'use FULL or AUTO'],
	['an encrypted DIFF of one schedule is refused', {schedule: null, schedules: [{name: 'a', schedule: '0 3 * * 0', backupType: 'DIFF'}], options: {encryption: {enabled: true, keySecret: 'k'}}}, 'spec.schedules', 'use FULL or AUTO for every entry'],
	['--to-path in additionalArgs is refused', {options: {additionalArgs: ['--verbose', '--to-path=/x']}}, 'spec.options.additionalArgs', 'take them out of additionalArgs'],
	['--from in additionalArgs is refused', {options: {additionalArgs: ['--from', 'elsewhere:6362']}}, 'spec.options.additionalArgs', 'take them out of additionalArgs'],
	['--type in additionalArgs is refused', {options: {additionalArgs: ['--type=DIFF']}}, 'spec.options.additionalArgs', 'take them out of additionalArgs'],
	['additionalArgs as one string are refused', {options: {additionalArgs: '--verbose'}}, 'spec.options.additionalArgs', 'must be of type array'],
	['unknown metadata is refused', {options: {includeMetadata: 'some'}}, 'spec.options.includeMetadata', '"all", "none", "users", "roles"'],
	['maxChainLength of 0 is refused', {options: {maxChainLength: 0}}, 'spec.options.maxChainLength', 'should be greater than or equal to 1'],
	['a timeout in words is refused', {options: {timeout: '2 hours'}}, 'spec.options.timeout', 'such as 30m, 1h30m or 24h'],
	['a resource that is no quantity is refused', {options: {resources: {limits: {memory: 'lots'}}}}, 'spec.options.resources.limits.memory', 'should match'],

	['a sidecar with a claim of its own is refused', {execution: 'Sidecar', ...pvc({name: 'a'})}, 'spec.storage.pvc', 'leave pvc out, or use execution Job'],
];
