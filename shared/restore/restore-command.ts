/**
The words of the command that restores the chain which ends at a file onto the disk of this server. The name comes first and each option has its value attached, as no parser can misread. A database that is there is replaced; it must be stopped.
*/
export const restoreArguments = (database: string, file: string): readonly string[] =>
	['neo4j-admin', 'database', 'restore', database, `--from-path=${file}`, '--overwrite-destination=true'];
