import {type AttemptRecord, type RunFolder} from './run-folder.ts';
import {isRebuilding} from '#shared/catalogue/attempt.ts';

/**
The artifacts of a lost catalogue that this run rebuilds, by their names in the clear: what lay there before, which the run neither made nor answers for.
*/
export const olderArtifacts = async (folder: Pick<RunFolder, 'readAdopted'>, {unfinished}: Pick<AttemptRecord, 'unfinished'>): Promise<ReadonlySet<string>> =>
	new Set(unfinished.some(attempt => isRebuilding(attempt)) ? await folder.readAdopted() : []);
