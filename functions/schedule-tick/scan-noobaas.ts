import {type TickDependencies} from './deps.ts';
import {nooBaaWork} from './noobaa-work.ts';
import {toError} from '#shared/errors.ts';
import {buildReconcileRequest} from '#shared/events/build-event.ts';
import {nooBaaKind, type NooBaa} from '#shared/noobaa/objects.ts';
import {present} from '#shared/present.ts';

/**
Looks at all NooBaas, where the component for them is installed, and asks noobaa-database to look at those that need it. It holds up nothing else: what goes wrong here is logged, and done at the next minute.
*/
export const scanNooBaas = async ({kube, emitter, log}: TickDependencies, now: Date, traceparent: string | undefined): Promise<void> => {
	try {
		for await (const page of kube.list<NooBaa>(nooBaaKind)) {
			const found = page.map(nooBaa => ({object: nooBaa, reason: nooBaaWork(nooBaa, now)})).filter(({reason}) => reason !== undefined);
			for (const {object, reason} of found) {
				await emitter.emit(buildReconcileRequest({
					object, handler: 'noobaa-database', reason: reason!, time: now, ...present({traceparent}),
				}));
			}
		}
	} catch (error) {
		log.error({error: toError(error).message}, 'the NooBaas could not all be looked at');
	}
};
