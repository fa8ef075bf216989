import {stringify} from 'yaml';

/**
A kubeconfig, in YAML, whose only context is a server that speaks plain HTTP and asks nobody who they are.
*/
export const plainKubeconfig = (name: string, server: string): string => stringify({
	apiVersion: 'v1',
	kind: 'Config',
	'current-context': name,
	// The JavaScript client refuses plain HTTP unless it is told not to verify.
	clusters: [{name, cluster: {server, 'insecure-skip-tls-verify': true}}],
	contexts: [{name, context: {cluster: name, user: name, namespace: 'default'}}],
	users: [{name, user: {}}],
});
