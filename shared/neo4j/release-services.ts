import {helmLabels, serverContainer, type HelmServer} from './helm-release.ts';

/** Which of a server's Services are asked for, in that order: the one for administration is there unless somebody switched it off, the one for the servers among themselves in clusters. */
const preferred = {backup: ['admin', 'internals'], bolt: ['default', 'admin', 'internals']} as const;

/**
Where a server of the chart answers that listens on a port, as `host:port`: at a Service of its own, because its Pods have no names in DNS. Undefined when none leads to that port.
*/
export const serviceAddress = (server: HelmServer, purpose: keyof typeof preferred, listensOn: number): string | undefined => {
	const addresses = preferred[purpose].flatMap(role => server.services
		.filter(({metadata}) => metadata.labels?.[helmLabels.service] === role)
		.flatMap(({metadata, spec}) => (spec?.ports ?? [])
			.filter(({port, targetPort}) => (typeof targetPort === 'number' ? targetPort : port) === listensOn)
			.map(({port}) => `${metadata.name}.${metadata.namespace}.svc.${clusterDomain(server)}:${port}`)));
	return addresses[0];
};

/** The chart tells it to the server, in the name of a Service. */
const clusterDomain = ({statefulSet}: HelmServer): string => {
	const name = serverContainer(statefulSet)?.env?.find(variable => variable.name === 'SERVICE_NEO4J_ADMIN')?.value;
	return /\.svc\.(?<domain>[\w.\-]+)$/v.exec(name ?? '')?.groups?.['domain'] ?? 'cluster.local';
};
