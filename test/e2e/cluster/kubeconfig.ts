import {Buffer} from 'node:buffer';

export type Credentials = {
	/** PEM of each, which makes a kubeconfig that can be copied anywhere. */
	readonly authority: string;
	readonly certificate: string;
	readonly key: string;
};

/**
A kubeconfig with one cluster and one user. It is JSON, which is YAML too.
*/
export const renderKubeconfig = (server: string, {authority, certificate, key}: Credentials): string => {
	const base64 = (text: string): string => Buffer.from(text).toString('base64');
	return `${JSON.stringify({
		apiVersion: 'v1',
		kind: 'Config',
		clusters: [{name: 'e2e', cluster: {server, 'certificate-authority-data': base64(authority)}}],
		users: [{name: 'e2e', user: {'client-certificate-data': base64(certificate), 'client-key-data': base64(key)}}],
		contexts: [{name: 'e2e', context: {cluster: 'e2e', user: 'e2e'}}],
		'current-context': 'e2e',
	}, undefined, '\t')}\n`;
};
