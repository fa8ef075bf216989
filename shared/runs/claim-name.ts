import {childName} from '../api/names.ts';
import {type Neo4jBackup} from './status.ts';

/**
The name of the claim that holds a CR's backups: the one that it names, else one of its own (decision D24).
*/
export const claimName = ({metadata, spec: {storage}}: Pick<Neo4jBackup, 'metadata' | 'spec'>): string => {
	const {name = ''} = storage.pvc ?? {};
	return name === '' ? childName(metadata.name, 'backup-storage') : name;
};
