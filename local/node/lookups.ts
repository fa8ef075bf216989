import {Buffer} from 'node:buffer';
import {type PodIdentity} from './pod-identity.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject} from '#shared/kube/object.ts';

/**
A container cannot be started yet: something that its spec names is not there. The message is the one that the kubelet gives.
*/
export class ContainerConfigError extends Error {
	override readonly name = 'ContainerConfigError';
}

export type Entries = ReadonlyMap<string, Uint8Array>;

type SecretLike = KubeObject & {readonly data?: Readonly<Record<string, string>>; readonly binaryData?: Readonly<Record<string, string>>};

/**
Reads the Secrets and ConfigMaps of one namespace.
*/
export type Lookups = {
	/** The entries of one, or `undefined` when it is missing and `optional`; otherwise a `ContainerConfigError`. */
	readonly entries: (kind: 'Secret' | 'ConfigMap', name: string, optional?: boolean) => Promise<Entries | undefined>;
	/** A token of an account of the namespace; without an issuer there are none. */
	readonly token?: (name: string, audience: string) => string;
};

/**
Lookups that ask the API server every time, as a container is started rarely.
*/
export const createLookups = (client: KubeClient, namespace: string, issue?: PodIdentity['token']): Lookups => ({
	...issue && {token: (name: string, audience: string) => issue({namespace, name}, audience)},
	async entries(kind, name, optional = false) {
		const object = await client.get<SecretLike>({
			apiVersion: 'v1', kind, namespace, name,
		});
		if (object) {
			return entriesOf(kind, object);
		}

		if (optional) {
			return undefined;
		}

		throw new ContainerConfigError(`${kind.toLowerCase()} "${name}" not found`);
	},
});

const entriesOf = (kind: string, {data = {}, binaryData = {}}: SecretLike): Entries => new Map([
	...Object.entries(data).map(([key, value]) => [key, Buffer.from(value, kind === 'Secret' ? 'base64' : 'utf8')] as const),
	...Object.entries(binaryData).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const),
]);
