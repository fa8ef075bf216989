import {type StoreLocation} from './store.ts';

/**
How artifacts are archived in a store (decision D76): into which folder they move, out of neo4j-admin's way, and which storage class or tier they get. Without a folder they stay where they are: that class is read at once.
*/
export type Archiving = {readonly folder?: string; readonly tier?: string};

export const archivingOf: Readonly<Record<StoreLocation['type'], Archiving>> = {
	s3: {folder: '.neo4j-backup/archive/', tier: 'GLACIER'},
	azure: {folder: '.neo4j-backup/archive/', tier: 'Archive'},
	gcs: {tier: 'ARCHIVE'},
	pvc: {folder: 'archive/'},
};
