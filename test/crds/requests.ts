export const crdFiles = ['crds/neo4jbackups.yaml', 'crds/neo4jrestores.yaml'] as const;

export type RequestOptions = {readonly method?: string; readonly body?: string; readonly headers?: Readonly<Record<string, string>>};

/**
An API server, embedded or real, that has the CRDs of the project.
*/
export type ApiServer = {
	readonly request: (path: string, options?: RequestOptions) => Promise<Response>;
	readonly close: () => Promise<void>;
};
