import {restrictedContainer} from '#shared/pods/restricted-pod.ts';
import {type FoundStorage} from '#shared/pods/find-storage.ts';
import {keyMount, keyVariable} from '#shared/pods/key-volume.ts';
import {literal} from '#shared/pods/literal.ts';
import {type Container, type EnvironmentVariable, type VolumeMount} from '#shared/pods/pod-types.ts';
import {restoreSpecVariable, type RestoreJobSpec} from '#shared/restore/restore-spec.ts';
import {type RunEncryption} from '#shared/runs/run-spec.ts';

type Input = {
	readonly image: string;
	readonly storage: FoundStorage;
	readonly spec: RestoreJobSpec;
	readonly encryption?: RunEncryption;
	readonly env?: readonly EnvironmentVariable[];
	readonly mounts?: readonly VolumeMount[];
};

/**
A container of our own image in a Pod of a restore, named like its program.
*/
export const ownContainer = (name: string, {image, storage, spec, encryption, env = [], mounts = []}: Input): Container => ({
	name,
	image,
	args: [`${name}.mjs`],
	env: [
		{name: restoreSpecVariable, value: literal(JSON.stringify(spec))},
		{name: 'TERMINATION_LOG', value: '/dev/termination-log'},
		...storage.access.own.env,
		...encryption ? [keyVariable] : [],
		...env,
	],
	volumeMounts: [{name: 'tmp', mountPath: '/tmp'}, ...storage.access.own.mounts, ...encryption ? [keyMount] : [], ...mounts],
	resources: {requests: {cpu: '50m', memory: '128Mi'}, limits: {memory: '512Mi'}},
	terminationMessagePolicy: 'File',
	securityContext: restrictedContainer,
});
