import {setTimeout as wait} from 'node:timers/promises';
import {isDeepStrictEqual} from 'node:util';
import {applyManifests} from '#local/manifests.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {referenceOf, type Manifest} from '#shared/kube/object.ts';

export type Definitions = {
	/** Names of the CRDs that the cluster lacked and has now. */
	readonly created: readonly string[];
	/** Names of those that are there in another version than this checkout's. */
	readonly different: readonly string[];
};

/**
Those of the CRDs that the cluster does not have.
*/
export const absentDefinitions = async (kube: KubeClient, definitions: readonly Manifest[]): Promise<readonly Manifest[]> => {
	const found = await Promise.all(definitions.map(async definition => kube.get(referenceOf(definition))));
	return definitions.filter((_, index) => found[index] === undefined);
};

/**
Creates the CRDs that the cluster does not have, and resolves when it serves all. One that is there stays as it is, because what is stored may need it so.
*/
export const createDefinitions = async (kube: KubeClient, definitions: readonly Manifest[], signal: AbortSignal): Promise<Definitions> => {
	const absent = await absentDefinitions(kube, definitions);
	await applyManifests(kube, absent, '');
	await untilServed(kube, definitions, signal);
	const stored = await Promise.all(definitions.map(async definition => kube.get<Manifest>(referenceOf(definition))));
	return {
		created: absent.map(({metadata}) => metadata.name),
		different: definitions.filter((definition, index) => !isDeepStrictEqual(specOf(stored[index]!).versions, specOf(definition).versions)).map(({metadata}) => metadata.name),
	};
};

type Spec = {readonly group: string; readonly names: {readonly kind: string}; readonly versions: ReadonlyArray<{readonly name: string}>};

const specOf = ({spec}: Manifest): Spec => spec as Spec;

/** A kind is served a moment after its CRD was created; a source of a group that is not served crashes. */
const untilServed = async (kube: KubeClient, definitions: readonly Manifest[], signal: AbortSignal): Promise<void> => {
	const deadline = AbortSignal.any([signal, AbortSignal.timeout(30_000)]);
	for (const definition of definitions) {
		const {group, names, versions} = specOf(definition);
		while (!await kube.served(`${group}/${versions[0]!.name}`, names.kind)) {
			if (deadline.aborted) {
				const {name} = definition.metadata;
				throw new ConfigurationError(`The API server does not serve the kind of CustomResourceDefinition ${name}. Its conditions say why: kubectl describe crd ${name}`);
			}

			await wait(100);
		}
	}
};
