import {type RestoreSpec} from '#shared/restore/status.ts';

/**
Whether a restore is done although the target does not answer: offline, and over whatever there is (decision D17).
*/
export const mayBeDown = ({stopCluster, force, options}: Pick<RestoreSpec, 'stopCluster' | 'force' | 'options'>): boolean => stopCluster === true && mayReplace({force, options});

/**
Whether an existing database may be replaced.
*/
export const mayReplace = ({force, options}: {readonly force?: boolean | undefined; readonly options?: RestoreSpec['options'] | undefined}): boolean => force === true || options?.replaceExisting === true;
