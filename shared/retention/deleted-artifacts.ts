import {type DeletedArtifact} from './sweep-outcome.ts';
import {type Verdict} from './plan.ts';

/**
What of all that is gone a sweep deleted or archived; not what was missing before and is only forgotten now.
*/
export const deletedArtifacts = (gone: readonly Verdict[]): readonly DeletedArtifact[] => gone.filter(({artifact: {state}}) => state !== 'missing').map(verdict => told(verdict));

/**
Whether what is gone was archived rather than deleted. Of what was missing there is nothing to archive: it is forgotten.
*/
export const isMoved = ({verdict, artifact: {state}}: Verdict): boolean => verdict === 'archive' && state !== 'missing';

/**
An artifact that goes or went, as events and records tell it.
*/
export const told = (verdict: Verdict): DeletedArtifact => {
	const {artifact: {name, database, size}, reason} = verdict;
	return {
		name, database, reason, size, ...(isMoved(verdict) && {archived: true}),
	};
};
