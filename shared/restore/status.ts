import {type Neo4jRestore as GeneratedRestore} from '../api/neo4jrestore.generated.ts';
import {type KubeObject} from '../kube/object.ts';

/**
A Neo4jRestore as it is read from the API server.
*/
export type Neo4jRestore = KubeObject & Pick<GeneratedRestore, 'spec' | 'status'>;

export type RestoreSpec = GeneratedRestore['spec'];
export type RestoreStatus = NonNullable<GeneratedRestore['status']>;
export type RestoreStep = NonNullable<RestoreStatus['step']>;
export type ResolvedSource = NonNullable<RestoreStatus['resolvedSource']>;

/**
Whether a restore has ended, well or not. It never runs again (decision D48).
*/
export const isEnded = ({status}: Pick<Neo4jRestore, 'status'>): boolean => status?.phase === 'Completed' || status?.phase === 'Failed';

/**
Whether the data of the target may differ from before the restore: from the creation of its Job on.
*/
export const mayHaveChangedData = ({status}: Pick<Neo4jRestore, 'status'>): boolean => status?.jobUID !== undefined;
