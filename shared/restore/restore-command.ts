type RestoreOptions = {
	/** Whether a database that is there is replaced; it must be stopped. */
	readonly overwrites: boolean;
	/** An instant, to the second, before which everything is restored. */
	readonly until?: Date;
	/** An empty folder for temporary files. */
	readonly temporaryPath?: string;
	/** Further options, verbatim. */
	readonly additional?: readonly string[];
};

/**
The words of the command that restores the chain which ends at a file onto the disk of this server. The name comes first and each option has its value attached, as no parser can misread; an instant is one word with a space in it, in UTC (operations manual, "Restore a database backup").
*/
export const restoreArguments = (database: string, file: string, {overwrites, until, temporaryPath, additional = []}: RestoreOptions): readonly string[] => [
	'neo4j-admin',
	'database',
	'restore',
	database,
	`--from-path=${file}`,
	...overwrites ? ['--overwrite-destination=true'] : [],
	...until ? [`--restore-until=${until.toISOString().slice(0, 19).replace('T', ' ')}`] : [],
	...temporaryPath === undefined ? [] : [`--temp-path=${temporaryPath}`],
	...additional,
];
