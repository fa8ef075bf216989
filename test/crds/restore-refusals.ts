import type {Json, Manifest} from './api-server.ts';
import type {Refusal} from './refusal.ts';

/**
A restore from a Neo4jBackup.
*/
export const restore: Manifest = {
	apiVersion: 'neo4j.neo4j.com/v1beta1',
	kind: 'Neo4jRestore',
	metadata: {name: 'rescue', namespace: 'neo4j'},
	spec: {
		clusterRef: 'production-cluster',
		databaseName: 'mydb',
		source: {type: 'backup', backupRef: 'nightly'},
		options: {replaceExisting: true},
		timeout: '1h',
	},
};

const s3 = {
	type: 's3', bucket: 'neo4j-backups', path: 'production/', cloud: {provider: 'aws', credentialsSecretRef: 'aws-restore-credentials'},
};

/** A source of its own location instead of a Neo4jBackup. */
export const fromStorage = (storage: Json = {}, type = 'storage'): Json => ({source: {type, backupRef: null, storage: {...s3, ...storage}}});

/** Point-in-time recovery instead of a plain restore. */
export const pitr = (changes: Json = {}): Json => ({
	source: {type: 'pitr', backupRef: null, pitr: {baseBackup: {type: 'backup', backupRef: 'nightly'}, logStorage: s3, ...changes}},
});

const claim = (pvc?: Json) => fromStorage({
	type: 'pvc', bucket: null, cloud: null, pvc: pvc ?? null,
});

const hook = (preRestore: Json): Json => ({options: {preRestore}});
const container = (changes: Json): Json => hook({job: {template: {container: {image: 'tool:1', ...changes}}}});

const databaseName = 'not a database name that Neo4j takes';
const duration = 'such as 30m, 1h30m or 24h';

export const restoreRefusals: readonly Refusal[] = [
	['[R-012] a restore without clusterRef is refused', {clusterRef: null}, 'spec.clusterRef', 'Required value'],
	['a restore into an empty name is refused', {clusterRef: ''}, 'spec.clusterRef', 'the name of a Kubernetes object'],
	['[R-013] a restore without source is refused', {source: null}, 'spec.source', 'Required value'],
	['a restore without databaseName is refused', {databaseName: null}, 'spec.databaseName', 'Required value'],
	['[R-015] a database name that Neo4j would refuse is refused', ['My_Db', 'my_db', 'db', 'mydb.', '-mydb', 'my db'].map(name => ({databaseName: name})), 'spec.databaseName', databaseName],
	['a database name of 64 letters is refused', {databaseName: 'x'.repeat(64)}, 'spec.databaseName', 'may not be more than 63 bytes'],
	['[X-098] the system database is refused', {databaseName: 'system'}, 'spec.databaseName', 'name a standard database'],
	['[R-023] a timeout that is no duration is refused', ['2 hours', '-1h', '', '0h', '90'].map(timeout => ({timeout})), 'spec.timeout', duration],
	['force that is no boolean is refused', {force: 'true'}, 'spec.force', 'must be of type boolean'],
	['method Seed with stopCluster is refused', {method: 'Seed', stopCluster: true}, 'spec.stopCluster', 'leave stopCluster out, or use method Job'],
	['method Seed from a claim is refused', {method: 'Seed', ...claim({name: 'a'})}, 'spec.method', 'use method Job'],
	['method Seed with restoreMetadata is refused', {method: 'Seed', options: {restoreMetadata: true}}, 'spec.options.restoreMetadata', 'leave restoreMetadata out'],

	['[R-024] a source without type is refused', {source: {type: null}}, 'spec.source.type', 'Required value'],
	['[R-024] a source of an unknown type is refused and told the types there are', {source: {type: 'dump'}}, 'spec.source.type', 'supported values: "backup", "storage", "pitr", "s3", "gcs", "azure"'],
	['[R-026] type backup without backupRef, absent or empty, is refused', [{source: {backupRef: null}}, {source: {backupRef: ''}}], 'spec.source.backupRef', 'type backup needs backupRef'],
	['a backupRef with a namespace is refused', {source: {backupRef: 'ns/nightly'}}, 'spec.source.backupRef', 'the name of a Kubernetes object'],
	['[R-035] storage, s3, gcs and azure without storage are refused', ['storage', 's3', 'gcs', 'azure'].map(type => ({source: {type, backupRef: null}})), 'spec.source.storage', 'need storage: where the backup lies'],
	['[R-036] a type that contradicts that of its storage is refused', [fromStorage({type: 'gcs', cloud: null}, 's3'), fromStorage({}, 'gcs'), fromStorage({}, 'azure'), fromStorage({
		type: 'pvc', bucket: null, cloud: null, pvc: {name: 'a'},
	}, 's3')], 'spec.source.storage.type', 'write the same for both, or use source type storage'],
	['backupRef beside storage is refused', {source: {type: 'storage', storage: s3}}, 'spec.source.backupRef', 'backupRef is for type backup'],
	['storage beside backupRef is refused', {source: {storage: s3}}, 'spec.source.storage', 'leave it out, or change the type'],
	['pitr without its type is refused', {source: {pitr: {baseBackup: {type: 'backup', backupRef: 'nightly'}, logStorage: s3}}}, 'spec.source.pitr', 'pitr is for type pitr'],
	['a backupPath that climbs is refused', {source: {backupPath: '/backups/../x'}}, 'spec.source.backupPath', 'must not contain a folder named ..'],
	['a backupPath with characters for a shell is refused', {source: {backupPath: '/backups/`id`'}}, 'spec.source.backupPath', 'letters, digits and . _ - = + @'],
	['[R-044] a pointInTime that is no RFC 3339 time is refused', ['2025-01-04 12:30:00', '2025-01-04T12:30:00', 'yesterday', '1736000000'].map(pointInTime => ({source: {pointInTime}})), 'spec.source.pointInTime', 'must be of type date-time'],
	['pointInTime beside --restore-until is refused', {source: {pointInTime: '2025-01-04T12:30:00Z'}, options: {additionalArgs: ['--restore-until=1234']}}, 'spec.options.additionalArgs', 'take one of them out'],
	['encryption of a source without keySecret is refused', {source: {encryption: {enabled: true}}}, 'spec.source.encryption.keySecret', 'encryption needs keySecret'],
	['a key of a Secret with a slash is refused', {source: {encryption: {keySecretKey: 'a/b'}}}, 'spec.source.encryption.keySecretKey', 'must be a key of the Secret'],

	['[R-108] storage without type is refused', fromStorage({type: null}), 'spec.source.storage.type', 'Required value'],
	['[R-108] storage of an unknown type is refused and told the types there are', fromStorage({type: 'nfs'}), 'spec.source.storage.type', 'supported values: "s3", "gcs", "azure", "pvc"'],
	['[R-109] a cloud store without bucket, absent or empty, is refused', [fromStorage({bucket: null}), fromStorage({bucket: ''}), fromStorage({type: 'gcs', bucket: null, cloud: null}), fromStorage({type: 'azure', bucket: null, cloud: null})], 'spec.source.storage.bucket', 'need bucket'],
	['[R-112] type pvc without pvc is refused', claim(), 'spec.source.storage.pvc', 'type pvc needs pvc'],
	['a claim without name is refused', [claim({}), claim({size: '100Gi', storageClassName: 'fast'}), claim({name: ''})], 'spec.source.storage.pvc.name', 'a new one holds nothing'],
	['a path of the storage that climbs is refused', fromStorage({path: '../other'}), 'spec.source.storage.path', 'must not contain a folder named ..'],
	['a path of the storage with spaces is refused', fromStorage({path: 'my backups'}), 'spec.source.storage.path', 'letters, digits and . _ - = + @'],
	['a bucket with a folder is refused', fromStorage({bucket: 'backups/daily'}), 'spec.source.storage.bucket', 'a folder in it goes to path'],
	['a bucket of a claim is refused', fromStorage({type: 'pvc', cloud: null, pvc: {name: 'a'}}), 'spec.source.storage.bucket', 'type pvc has no bucket'],
	['a claim beside S3 is refused', fromStorage({pvc: {name: 'a'}}), 'spec.source.storage.pvc', 'pvc is for type pvc alone'],
	['an endpoint without scheme is refused', fromStorage({cloud: {endpointURL: 'minio:9000'}}), 'spec.source.storage.cloud.endpointURL', 'such as https://minio.example.com:9000'],
	['a storage account with capitals is refused', fromStorage({cloud: {storageAccount: 'MyAccount'}}), 'spec.source.storage.cloud.storageAccount', '3 to 24 lower-case letters and digits'],
	['an identity without provider is refused', fromStorage({cloud: {identity: {}}}), 'spec.source.storage.cloud.identity.provider', 'Required value'],
	['an unknown identity provider is refused', fromStorage({cloud: {identity: {provider: 'ibm'}}}), 'spec.source.storage.cloud.identity.provider', '"aws", "gcp", "azure"'],
	['an identity that contradicts the store is refused', fromStorage({cloud: {identity: {provider: 'gcp'}}}), 'spec.source.storage.cloud.identity.provider', 's3 goes with aws'],

	['[R-047] type pitr without pitr is refused', {source: {type: 'pitr', backupRef: null}}, 'spec.source.pitr', 'type pitr needs pitr: baseBackup and logStorage'],
	['pitr without baseBackup is refused', pitr({baseBackup: null}), 'spec.source.pitr.baseBackup', 'Required value'],
	['pitr without logStorage is refused', pitr({logStorage: null}), 'spec.source.pitr.logStorage', 'Required value'],
	['[R-066] a base without type is refused', pitr({baseBackup: {backupRef: 'nightly'}}), 'spec.source.pitr.baseBackup.type', 'Required value'],
	['[R-066] a base of an unknown type is refused and told the types there are', pitr({baseBackup: {type: 's3'}}), 'spec.source.pitr.baseBackup.type', 'supported values: "backup", "storage"'],
	['[R-067] a base of type backup without backupRef is refused', [pitr({baseBackup: {type: 'backup'}}), pitr({baseBackup: {type: 'backup', backupRef: ''}})], 'spec.source.pitr.baseBackup.backupRef', 'type backup needs backupRef'],
	['[R-068] a base of type storage without storage is refused', pitr({baseBackup: {type: 'storage'}}), 'spec.source.pitr.baseBackup.storage', 'type storage needs storage'],
	['a base with storage beside backupRef is refused', pitr({baseBackup: {type: 'backup', backupRef: 'nightly', storage: s3}}), 'spec.source.pitr.baseBackup.storage', 'storage is for type storage'],
	['a base with backupRef beside storage is refused', pitr({baseBackup: {type: 'storage', backupRef: 'nightly', storage: s3}}), 'spec.source.pitr.baseBackup.backupRef', 'backupRef is for type backup'],
	['a base whose storage has no type is refused', pitr({baseBackup: {type: 'storage', storage: {bucket: 'abc'}}}), 'spec.source.pitr.baseBackup.storage.type', 'Required value'],
	['logs whose storage has no type are refused', pitr({logStorage: {bucket: 'abc'}}), 'spec.source.pitr.logStorage.type', 'Required value'],
	['logs of S3 without bucket are refused', pitr({logStorage: {type: 's3'}}), 'spec.source.pitr.logStorage.bucket', 'need bucket'],
	['a backupPath beside pitr is refused', {source: {...pitr()['source'] as Json, backupPath: '/x'}}, 'spec.source.backupPath', 'pitr.baseBackup.backupPath'],
	['encryption beside pitr is refused', {source: {...pitr()['source'] as Json, encryption: {}}}, 'spec.source.encryption', 'goes to pitr.encryption'],
	['logRetention in words is refused', pitr({logRetention: 'a week'}), 'spec.source.pitr.logRetention', duration],
	['a recovery point objective without unit is refused', pitr({recoveryPointObjective: '5'}), 'spec.source.pitr.recoveryPointObjective', duration],
	['an unknown packing is refused', pitr({compression: {algorithm: 'rar'}}), 'spec.source.pitr.compression.algorithm', '"gzip", "lz4", "zstd"'],
	['a level that the packing does not have is refused', [pitr({compression: {level: 10}}), pitr({compression: {algorithm: 'lz4', level: 13}})], 'spec.source.pitr.compression.level', 'level can be left out'],
	['a level of 0 is refused', pitr({compression: {level: 0}}), 'spec.source.pitr.compression.level', 'greater than or equal to 1'],
	['an unknown encryption of logs is refused', pitr({encryption: {algorithm: 'ChaCha20'}}), 'spec.source.pitr.encryption.algorithm', '"AES256", "ChaCha20Poly1305"'],
	['[R-078] encryption of logs without keySecret, absent or empty, is refused', [pitr({encryption: {enabled: true}}), pitr({encryption: {enabled: true, keySecret: ''}})], 'spec.source.pitr.encryption.keySecret', 'encryption needs keySecret: the name of the Secret'],

	['--from-path in additionalArgs is refused', {options: {additionalArgs: ['--from-path=/x']}}, 'spec.options.additionalArgs', 'take them out of additionalArgs'],
	['a relative tempPath is refused', {options: {tempPath: 'tmp'}}, 'spec.options.tempPath', 'an absolute path'],
	['a tempStorage that is no quantity is refused', {options: {tempStorage: {size: 'big'}}}, 'spec.options.tempStorage.size', 'a quantity such as 100Gi'],
	['a tempStorage without size is refused', {options: {tempStorage: {}}}, 'spec.options.tempStorage.size', 'Required value'],
	['a hook of nothing is refused', [hook({}), hook({cypherStatements: []})], 'spec.options.preRestore', 'a hook needs job or cypherStatements'],
	['an empty statement is refused', hook({cypherStatements: ['']}), 'spec.options.preRestore.cypherStatements[0]', 'at least 1 chars long'],
	['[R-098] a hook Job without template is refused', hook({job: {timeout: '30m'}}), 'spec.options.preRestore.job.template', 'Required value'],
	['a hook Job without container is refused', hook({job: {template: {}}}), 'spec.options.preRestore.job.template.container', 'Required value'],
	['[R-102] a hook container without image is refused', [container({image: null})], 'spec.options.preRestore.job.template.container.image', 'Required value'],
	['a hook container of an empty image is refused', container({image: ''}), 'spec.options.preRestore.job.template.container.image', 'at least 1 chars long'],
	['a hook Job that never gives up is refused', hook({job: {template: {container: {image: 'x'}, backoffLimit: -1}}}), 'spec.options.preRestore.job.template.backoffLimit', 'greater than or equal to 0'],
	['a hook Job with a timeout in words is refused', hook({job: {template: {container: {image: 'x'}}, timeout: 'soon'}}), 'spec.options.preRestore.job.timeout', duration],
	['the same variable twice is refused', container({env: [{name: 'A', value: '1'}, {name: 'A', value: '2'}]}), 'spec.options.preRestore.job.template.container.env[1]', 'Duplicate value'],
	['a variable of two values is refused', container({env: [{name: 'A', value: '1', valueFrom: {secretKeyRef: {name: 's', key: 'k'}}}]}), 'spec.options.preRestore.job.template.container.env[0].valueFrom', 'leave one of them out'],
	['a variable of a Secret without key is refused', container({env: [{name: 'A', valueFrom: {secretKeyRef: {name: 's'}}}]}), 'spec.options.preRestore.job.template.container.env[0].valueFrom.secretKeyRef.key', 'Required value'],
	['a variable without name is refused', [container({env: [{value: '1'}]}), container({env: [{name: '', value: '1'}]})], 'spec.options.preRestore.job.template.container.env[0].name', 'value'],
	['a variable from nowhere is refused', container({env: [{name: 'A', valueFrom: {}}]}), 'spec.options.preRestore.job.template.container.env[0].valueFrom', 'at least 1 properties'],
	['a variable of a ConfigMap without name is refused', container({env: [{name: 'A', valueFrom: {configMapKeyRef: {key: 'k'}}}]}), 'spec.options.preRestore.job.template.container.env[0].valueFrom.configMapKeyRef.name', 'Required value'],
	['a variable of a field without path is refused', container({env: [{name: 'A', valueFrom: {fieldRef: {}}}]}), 'spec.options.preRestore.job.template.container.env[0].valueFrom.fieldRef.fieldPath', 'Required value'],
];
