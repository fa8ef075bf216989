import {type CatalogueArtifact} from '../catalogue/artifacts.ts';
import {isDatedAhead} from '../catalogue/chains.ts';
import {type DatabaseDigest} from '../catalogue/digest.ts';
import {type Directory} from '../catalogue/directory.ts';
import {type ExpiringMark} from '../catalogue/part.ts';
import {storageSummary} from '../catalogue/summary.ts';
import {clockToleranceMs} from '../clock-tolerance.ts';
import {present} from '../present.ts';
import {fingerprint, movedCounts} from './concerned.ts';
import {isMoved} from './deleted-artifacts.ts';
import {type DueWork} from './delete-due.ts';
import {nextAgeOf} from './next-sweep.ts';
import {type Verdict} from './plan.ts';
import {type PlannedDatabase} from './planned-database.ts';
import {type SweepInput} from './sweep-input.ts';

const day = 24 * 60 * 60_000;

export type Digesting = {
	readonly planned: PlannedDatabase;
	readonly work: DueWork;
	/** What is marked to expire from now on. */
	readonly marks: readonly ExpiringMark[];
	readonly now: Date;
};

/**
What the index says of a database from now on: counts, and when or why it must be looked at again. Where that is not certain it is looked at too early.
*/
export const digestAfter = ({store, policy, limits}: SweepInput, {listing, pins}: Pick<Directory, 'listing' | 'pins'>, {planned, work, marks, now}: Digesting): DatabaseDigest => {
	const {content: {database}, verdicts} = planned;
	const gone = new Map(work.gone.map(verdict => [verdict.artifact.name, verdict]));
	const after = artifactsAfter(planned, gone, store.archiving.folder === undefined ? 'archivedInPlace' : 'archived');
	const pinned = new Set(pins.flatMap(({artifacts}) => artifacts));
	const waiting = marks.filter(({since}) => now.getTime() - Date.parse(since) < limits.graceMs).map(({since}) => since).toSorted();
	const nextAge = nextAgeOf(verdicts, policy, now);
	const isUnsettled = ({name, state, verification}: CatalogueArtifact) => state === 'missing' || pinned.has(name) || (verification === 'failed' && !planned.isTidied);
	return {
		policy: fingerprint(policy),
		kept: verdicts.filter(verdict => verdict.verdict === 'keep' || isMovedOf(gone, verdict)).length,
		going: verdicts.filter(({verdict, artifact: {name}}) => verdict !== 'keep' && !gone.has(name)).length,
		expiring: marks.length,
		ripe: marks.length - waiting.length,
		lookAgain: lookAgain(planned, nextAge, now).toISOString(),
		unsettled: after.filter(artifact => isUnsettled(artifact)).length + work.absent.length + planned.stayed.length,
		moved: movedCounts(listing).get(database) ?? 0,
		storage: storageSummary({artifacts: after}),
		...present({graceFrom: waiting[0], nextAge: nextAge?.toISOString()}),
	};
};

const isMovedOf = (gone: ReadonlyMap<string, Verdict>, {artifact: {name}}: Verdict): boolean => {
	const verdict = gone.get(name);
	return verdict !== undefined && isMoved(verdict);
};

const artifactsAfter = ({content: {artifacts}}: PlannedDatabase, gone: ReadonlyMap<string, Verdict>, archived: CatalogueArtifact['state']): readonly CatalogueArtifact[] => artifacts.flatMap((artifact): readonly CatalogueArtifact[] => {
	const verdict = gone.get(artifact.name);
	return verdict ? (isMoved(verdict) ? [{...artifact, state: archived}] : []) : [artifact];
});

/** When the next artifact grows too old, or is no longer dated ahead; at least once a day. */
const lookAgain = ({content: {artifacts}}: PlannedDatabase, nextAge: Date | undefined, now: Date): Date => {
	let next = Math.min(now.getTime() + day, nextAge?.getTime() ?? Infinity);
	for (const {takenAt} of artifacts) {
		next = isDatedAhead(takenAt, now) ? Math.min(next, Date.parse(takenAt) - clockToleranceMs) : next;
	}

	return new Date(next);
};
