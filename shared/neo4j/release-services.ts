import {helmLabels, serverContainer, type HelmServer} from './helm-release.ts';

const ports = {backup: 6362, bolt: 7687} as const;

/** Which of a server's Services are asked for, in that order: the one for administration is there unless somebody switched it off, the one for the servers among themselves in clusters. */
const preferred = {backup: ['admin', 'internals'], bolt: ['default', 'admin', 'internals']} as const;

/**
Where a server of the chart answers, as `host:port`: at a Service of its own, because its Pods have no names in DNS. Undefined when none has that port.
*/
export const serviceAddress = (server: HelmServer, purpose: keyof typeof ports): string | undefined => {
	const port = ports[purpose];
	const service = preferred[purpose]
		.map(role => server.services.find(({metadata, spec}) => metadata.labels?.[helmLabels.service] === role && spec?.ports?.some(candidate => candidate.port === port)))
		.find(found => found !== undefined);
	return service && `${service.metadata.name}.${service.metadata.namespace}.svc.${clusterDomain(server)}:${port}`;
};

/** The chart tells it to the server, in the name of a Service. */
const clusterDomain = ({statefulSet}: HelmServer): string => {
	const name = serverContainer(statefulSet)?.env?.find(variable => variable.name === 'SERVICE_NEO4J_ADMIN')?.value;
	return /\.svc\.(?<domain>[\w.\-]+)$/v.exec(name ?? '')?.groups?.['domain'] ?? 'cluster.local';
};
