import test from 'ava';
import {embeddedFunctions} from '#local/functions.ts';
import {
	ofKind, readBase, type KnativeService, type Trigger,
} from '#test/knative/manifests.ts';

/** It is not in the base. */
const ofComponent = 'noobaa-database';

test('whatever the installation sends events to is run by the embedded runtime too', async t => {
	const manifests = await readBase();
	const triggers = ofKind<Trigger>(manifests, 'Trigger');
	const run = Object.keys(embeddedFunctions({image: 'any', graceMs: 0, hosts: () => ({})})).toSorted();
	const receivers = triggers.flatMap(({spec}) => [spec.subscriber.ref.name, spec.delivery.deadLetterSink.ref.name]);
	const installed = run.filter(name => name !== ofComponent);
	t.deepEqual([...new Set(receivers)].toSorted(), installed);
	t.deepEqual(ofKind<KnativeService>(manifests, 'Service').map(({metadata}) => metadata.name).toSorted(), installed);
	t.true(run.includes(ofComponent));
});
