import test from 'ava';
import {
	ofKind, readAll, type KnativeService, type Trigger,
} from './manifests.ts';
import {eventTypes, sourceTypes} from '#shared/events/catalogue.ts';

const manifests = await readAll();
const triggers = ofKind<Trigger>(manifests, 'Trigger');
const services = ofKind<KnativeService>(manifests, 'Service');
const knownTypes = new Set<string | undefined>([...Object.values(eventTypes), ...Object.values(sourceTypes)]);

test('each function hears what it must and nothing else', t => {
	const heard = triggers.map(({spec}) => `${spec.subscriber.ref.name} ← ${Object.values(spec.filters[0]!.exact).join(' ')}`);
	t.deepEqual(heard.toSorted(), [
		'job-completed ← com.neo4j.reconcile.requested.v1 job-completed',
		'job-completed ← dev.knative.apiserver.resource.delete Job',
		'job-completed ← dev.knative.apiserver.resource.update Job',
		'launch-backup ← com.neo4j.backup.due.v1',
		'launch-backup ← com.neo4j.reconcile.requested.v1 launch-backup',
		'launch-backup ← dev.knative.apiserver.resource.add Neo4jBackup',
		'launch-backup ← dev.knative.apiserver.resource.update Neo4jBackup',
		'launch-restore ← com.neo4j.reconcile.requested.v1 launch-restore',
		'launch-restore ← dev.knative.apiserver.resource.add Neo4jRestore',
		'launch-restore ← dev.knative.apiserver.resource.update Neo4jRestore',
		'launch-restore ← dev.knative.apiserver.resource.update StatefulSet',
		'noobaa-database ← com.neo4j.reconcile.requested.v1 noobaa-database',
		'noobaa-database ← dev.knative.apiserver.resource.add Cluster',
		'noobaa-database ← dev.knative.apiserver.resource.add NooBaa',
		'noobaa-database ← dev.knative.apiserver.resource.delete Backup',
		'noobaa-database ← dev.knative.apiserver.resource.delete Cluster',
		'noobaa-database ← dev.knative.apiserver.resource.delete ScheduledBackup',
		'noobaa-database ← dev.knative.apiserver.resource.delete VolumeSnapshot',
		'noobaa-database ← dev.knative.apiserver.resource.update Backup',
		'noobaa-database ← dev.knative.apiserver.resource.update Cluster',
		'noobaa-database ← dev.knative.apiserver.resource.update NooBaa',
		'noobaa-database ← dev.knative.apiserver.resource.update ScheduledBackup',
		'noobaa-database ← dev.knative.apiserver.resource.update VolumeSnapshot',
		'restore-bringup ← com.neo4j.reconcile.requested.v1 restore-bringup',
		'restore-bringup ← com.neo4j.restore.data-restored.v1',
		'restore-bringup ← dev.knative.apiserver.resource.update Neo4jRestore',
		'restore-bringup ← dev.knative.apiserver.resource.update StatefulSet',
		'retention-sweep ← com.neo4j.backup.succeeded.v1',
		'retention-sweep ← com.neo4j.reconcile.requested.v1 retention-sweep',
		'schedule-tick ← dev.knative.sources.ping',
	]);
});

for (const {metadata: {name}, spec} of triggers) {
	test(`Trigger ${name} has one exact filter, by a type that exists, and no empty value`, t => {
		t.is(spec.broker, 'neo4j-backup');
		t.is(spec.filters.length, 1);
		t.deepEqual(Object.keys(spec.filters[0]!), ['exact']);
		const {exact} = spec.filters[0]!;
		t.true(knownTypes.has(exact['type']));
		t.deepEqual(Object.entries(exact).filter(([attribute, value]) => !/^[a-z][a-z0-9]*$/v.test(attribute) || value === ''), []);
	});

	test(`Trigger ${name} says all of its delivery, because it replaces that of the Broker as a whole`, t => {
		t.deepEqual(spec.delivery, {
			retry: 5,
			backoffPolicy: 'exponential',
			backoffDelay: 'PT1S',
			timeout: 'PT70S',
			deadLetterSink: {ref: {apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'dead-letter'}},
		});
	});

	test(`Trigger ${name} waits longer for its function than the platform does, so that nothing runs twice at once`, t => {
		const service = services.find(({metadata}) => metadata.name === spec.subscriber.ref.name)!;
		const seconds = Number(/^PT(?<seconds>\d+)S$/v.exec(spec.delivery.timeout)?.groups?.['seconds']);
		t.true(seconds > service.spec.template.spec.timeoutSeconds);
	});
}
