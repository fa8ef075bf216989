import {type RestoreSpec} from '#shared/restore/status.ts';

/**
What a restore asks for that is not there yet, as a sentence with the way out; undefined when it asks for nothing of that kind. It is refused rather than left out in silence.
*/
export const unsupported = ({source, options, method}: RestoreSpec): string | undefined => {
	const asked: ReadonlyArray<readonly [boolean, string]> = [
		[method === 'Seed', 'spec.method: Seed is not supported yet: use Job'],
		[source.type === 'pitr', 'spec.source.type: pitr is not supported yet: use type backup or storage with pointInTime, which a chain of differential backups covers'],
		[options?.preRestore !== undefined || options?.postRestore !== undefined, 'spec.options.preRestore and postRestore are not supported yet: take them out, and run what they would before and after the restore'],
		[options?.verifyBackup === true, 'spec.options.verifyBackup is not supported yet: take it out; backups are verified when they are made, with options.verify of the Neo4jBackup'],
		[options?.restoreMetadata === true, 'spec.options.restoreMetadata is not supported yet: take it out, and run the script that neo4j-admin leaves below /data/scripts by hand'],
	];
	return asked.find(([isAsked]) => isAsked)?.[1];
};
