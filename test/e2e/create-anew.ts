import {until} from './until.ts';
import {AlreadyExistsError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {referenceOf, type KubeObject, type Manifest} from '#shared/kube/object.ts';

/**
Creates an object in place of one of the same name that suites before have left, because they were stopped in their middle or because it is still on its way out.
*/
export const createAnew = async (kube: KubeClient, object: Manifest): Promise<void> => {
	try {
		await kube.create<KubeObject>(object);
	} catch (error) {
		if (!(error instanceof AlreadyExistsError)) {
			throw error;
		}

		await kube.delete(referenceOf(object));
		await until(async () => await kube.get(referenceOf(object)) === undefined, `the end of an earlier ${object.kind} ${object.metadata.name}`);
		await kube.create<KubeObject>(object);
	}
};
