import {keyFileVariable, podPaths, type RunEncryption} from '../runs/run-spec.ts';
import {type EnvironmentVariable, type Volume, type VolumeMount} from './pod-types.ts';

const name = 'encryption-key';

/**
The volume with the one key of a Secret that encrypts or decrypts; none where nothing is encrypted.
*/
export const keyVolume = (encryption: RunEncryption | undefined): readonly Volume[] => encryption
	? [{name, secret: {secretName: encryption.secretName, defaultMode: 0o440, items: [{key: encryption.secretKey, path: 'key'}]}}]
	: [];

export const keyMount: VolumeMount = {name, mountPath: podPaths.encryptionKey, readOnly: true};

export const keyVariable: EnvironmentVariable = {name: keyFileVariable, value: `${podPaths.encryptionKey}/key`};
