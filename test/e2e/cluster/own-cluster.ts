import path from 'node:path';
import {cacheFolder} from '../stores/cache.ts';
import {clusterName, clusterSettings, type ClusterSettings} from './settings.ts';

/** The folder of this checkout. */
export const checkout = path.join(import.meta.dirname, '../../..');

/**
The settings of this checkout's own cluster, or of another one by its name.
*/
export const ownCluster = (name = clusterName(checkout)): ClusterSettings => clusterSettings(name, cacheFolder());
