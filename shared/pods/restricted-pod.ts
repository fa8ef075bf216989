/**
What all Pods of backups, restores and sweeps have in common: Neo4j's user, no privilege, no token of the API server.
*/
export const restrictedPod = (serviceAccountName: string): Record<string, unknown> => ({
	restartPolicy: 'Never',
	serviceAccountName,
	automountServiceAccountToken: false,
	enableServiceLinks: false,
	securityContext: {
		runAsNonRoot: true, runAsUser: 7474, runAsGroup: 7474, fsGroup: 7474, fsGroupChangePolicy: 'OnRootMismatch', seccompProfile: {type: 'RuntimeDefault'},
	},
});

/**
What all their containers have in common.
*/
export const restrictedContainer = {
	allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true, capabilities: {drop: ['ALL']}, seccompProfile: {type: 'RuntimeDefault'},
};
