/** What a Pod or the template of one says of its volumes. */
export type MountingSpec = {readonly volumes?: ReadonlyArray<{readonly persistentVolumeClaim?: {readonly claimName: string}}>};

/**
The names of the claims that a Pod mounts.
*/
export const mountedClaims = (spec: MountingSpec | undefined): readonly string[] =>
	(spec?.volumes ?? []).map(({persistentVolumeClaim}) => persistentVolumeClaim?.claimName).filter(name => name !== undefined);
