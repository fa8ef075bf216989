import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {parse} from 'yaml';
import {readManifests} from '#local/manifests.ts';

export const root = path.join(import.meta.dirname, '../..');
export const base = path.join(root, 'knative/base');

export type Manifest = {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: {readonly name: string; readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>>};
};

export type Container = {
	readonly image: string;
	readonly args: readonly string[];
	readonly env?: ReadonlyArray<{readonly name: string; readonly value?: string}>;
	readonly readinessProbe: unknown;
	readonly livenessProbe: unknown;
	readonly resources: {readonly requests: Record<string, unknown>; readonly limits: {readonly memory?: string}};
	readonly securityContext: unknown;
};

export type KnativeService = Manifest & {
	readonly spec: {
		readonly template: {
			readonly metadata: {readonly annotations: Readonly<Record<string, string>>};
			readonly spec: {readonly serviceAccountName: string; readonly containerConcurrency: number; readonly timeoutSeconds: number; readonly containers: readonly [Container]};
		};
	};
};

type Reference = {readonly ref: {readonly apiVersion: string; readonly kind: string; readonly name: string}};

export type Trigger = Manifest & {
	readonly spec: {
		readonly broker: string;
		readonly filters: ReadonlyArray<{readonly exact: Readonly<Record<string, string>>}>;
		readonly subscriber: Reference;
		readonly delivery: {readonly retry: number; readonly backoffPolicy: string; readonly backoffDelay: string; readonly timeout: string; readonly deadLetterSink: Reference};
	};
};

export type Role = Manifest & {
	readonly rules: ReadonlyArray<{readonly apiGroups: readonly string[]; readonly resources: readonly string[]; readonly verbs: readonly string[]; readonly resourceNames?: readonly string[]}>;
};

/**
The objects of one kind, in the shape that the caller knows it to have. Two kinds are named Service: Knative's is meant.
*/
export const ofKind = <T extends Manifest>(manifests: readonly Manifest[], kind: string): readonly T[] => manifests.filter(manifest => manifest.kind === kind) as T[];

export type Kustomization = {
	readonly namespace?: string;
	readonly resources: readonly string[];
	readonly labels?: ReadonlyArray<{readonly pairs: Readonly<Record<string, string>>}>;
	readonly patches?: readonly unknown[];
	readonly images?: ReadonlyArray<{readonly name: string; readonly newTag?: string}>;
};

export const readKustomization = async (folder: string): Promise<Kustomization> => parse(await readFile(path.join(folder, 'kustomization.yaml'), 'utf8')) as Kustomization;

/**
Every object of `knative/base`.
*/
export const readBase = async (): Promise<readonly Manifest[]> => readManifests(base);

/**
Every object of the base, and of the component for NooBaa as it stands alone.
*/
export const readAll = async (): Promise<readonly Manifest[]> => [...await readBase(), ...await readManifests(path.join(root, 'knative/components/noobaa'))];

/**
The files of `knative/base` that hold objects, listed by the kustomization or not.
*/
export const baseFiles = async (): Promise<readonly string[]> => {
	const files = await readdir(base);
	return files.filter(file => file !== 'kustomization.yaml').toSorted();
};
