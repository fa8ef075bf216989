import {
	cp, mkdtemp, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {parseDocument} from 'yaml';
import {root} from './manifests.ts';

/**
A copy of an overlay that takes up components, as a user writes it into the overlay's kustomization; answers its folder.
*/
export const withComponents = async (t: Pick<ExecutionContext, 'teardown'>, overlay: string, components: readonly string[]): Promise<string> => {
	const copy = await mkdtemp(path.join(tmpdir(), 'components-'));
	t.teardown(async () => rm(copy, {recursive: true}));
	await Promise.all(['crds', 'knative'].map(async folder => cp(path.join(root, folder), path.join(copy, folder), {recursive: true})));
	const folder = path.join(copy, 'knative/overlays', overlay);
	const file = path.join(folder, 'kustomization.yaml');
	const document = parseDocument(await readFile(file, 'utf8'));
	document.set('components', components.map(component => `../../components/${component}`));
	await writeFile(file, document.toString());
	return folder;
};
