import {Buffer} from 'node:buffer';
import {type KubeClient} from './client.ts';
import {type KubeObject} from './object.ts';

type SecretObject = KubeObject & {readonly data?: Readonly<Record<string, string>>};
type Named = {readonly namespace: string; readonly name: string};

/**
The values of a Secret by their keys, decoded; undefined where there is no such Secret.
*/
export const readSecret = async (kube: Pick<KubeClient, 'get'>, {namespace, name}: Named): Promise<Readonly<Record<string, Uint8Array>> | undefined> => {
	const secret = await kube.get<SecretObject>({
		apiVersion: 'v1', kind: 'Secret', namespace, name,
	});
	return secret && Object.fromEntries(Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')]));
};

/**
The same as text.
*/
export const readSecretTexts = async (kube: Pick<KubeClient, 'get'>, named: Named): Promise<Readonly<Record<string, string>> | undefined> => {
	const values = await readSecret(kube, named);
	return values && Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('utf8')]));
};
