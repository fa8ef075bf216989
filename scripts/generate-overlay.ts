/**
Writes the patches of the overlay `beside-operator`, from the CRDs and the base; part of `npm run types`. The rest of its kustomization is written by hand and stays.
*/
import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {Document, parseDocument} from 'yaml';
import {groupPatches} from './group-patches.ts';
import {readManifests} from '#local/manifests.ts';

const root = path.join(import.meta.dirname, '..');
const file = path.join(root, 'knative/overlays/beside-operator/kustomization.yaml');

const manifests = [...await readManifests(path.join(root, 'crds')), ...await readManifests(path.join(root, 'knative/base'))];
const document = parseDocument(await readFile(file, 'utf8'));
document.set('patches', new Document(groupPatches(manifests, 'neo4j.neo4j.com', 'backup.neo4j.com')).contents);
await writeFile(file, document.toString({lineWidth: 0, indentSeq: true}));
