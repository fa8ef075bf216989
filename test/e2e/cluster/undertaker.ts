/**
Takes away what a keeper that was killed could not: `node undertaker.ts SETTINGS`. Whoever starts or ends this cluster meanwhile ends this program too, which belongs to it, and does the same.
*/
import process from 'node:process';
import {removeLeftovers} from './leftovers.ts';
import {type ClusterSettings} from './settings.ts';

await removeLeftovers(JSON.parse(process.argv[2]!) as ClusterSettings);
