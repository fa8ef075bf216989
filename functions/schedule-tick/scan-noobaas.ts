import pMap from 'p-map';
import {type TickDependencies} from './deps.ts';
import {nooBaaWork} from './noobaa-work.ts';
import {toError} from '#shared/errors.ts';
import {buildReconcileRequest} from '#shared/events/build-event.ts';
import {
	clusterNameOf, cnpgApiVersions, nooBaaKind, type NooBaa,
} from '#shared/noobaa/objects.ts';
import {present} from '#shared/present.ts';

/** NooBaas looked at at once. */
const concurrency = 4;

/**
Looks at all NooBaas, where the component for them is installed, and asks noobaa-database to look at those that need it. It holds up nothing else: what goes wrong here is logged, and done at the next minute.
*/
export const scanNooBaas = async ({kube, emitter, log}: TickDependencies, now: Date, traceparent: string | undefined): Promise<void> => {
	try {
		for await (const page of kube.list<NooBaa>(nooBaaKind)) {
			const looked = await pMap(page, async nooBaa => ({object: nooBaa, reason: await nooBaaWork(nooBaa, async () => hasCluster(kube, nooBaa), now)}), {concurrency});
			for (const {object, reason} of looked.filter(one => one.reason !== undefined)) {
				await emitter.emit(buildReconcileRequest({
					object, handler: 'noobaa-database', reason: reason!, time: now, ...present({traceparent}),
				}));
			}
		}
	} catch (error) {
		log.error({error: toError(error).message}, 'the NooBaas could not all be looked at');
	}
};

const hasCluster = async (kube: TickDependencies['kube'], {metadata: {namespace, name}}: NooBaa): Promise<boolean> => {
	const found = await Promise.all(cnpgApiVersions.map(async apiVersion => kube.get({
		apiVersion, kind: 'Cluster', namespace: namespace!, name: clusterNameOf(name),
	})));
	return found.some(cluster => cluster !== undefined);
};
