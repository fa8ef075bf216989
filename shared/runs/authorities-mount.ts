import {authoritiesKey} from '../stores/authorities.ts';
import {podPaths} from './run-spec.ts';

const name = 'authorities';

/** Where our own containers find the authorities that sign the store's certificate. */
export const authoritiesFile = `${podPaths.authorities}/${authoritiesKey}`;

export const authoritiesMount = {name, mountPath: podPaths.authorities, readOnly: true} as const;

/**
The volume behind the mount: of the Secret that a CR names, the one key that holds the authorities.
*/
export const authoritiesVolume = (secretName: string) => ({name, secret: {secretName, defaultMode: 0o440, items: [{key: authoritiesKey, path: authoritiesKey}]}});
