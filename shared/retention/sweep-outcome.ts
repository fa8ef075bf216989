import {type LastExpiry} from '../catalogue/catalogue-index.ts';
import {type StorageSummary} from '../catalogue/summary.ts';

/**
How a sweep of a directory ended, in one word for conditions and Events.
*/
export type SweepReason
	= | 'Swept' | 'Marked' | 'UpToDate' | 'Planned' | 'NoPolicy'
		| 'PartlyDeleted' | 'Locked' | 'Interrupted'
		| 'AttemptOpen' | 'CatalogueContradicted' | 'CatalogueUnreadable' | 'ClockSkewed' | 'NoCatalogue' | 'StorageConflict' | 'StoreFailed';

/** `archived`: it was moved to the archive rather than deleted. */
export type DeletedArtifact = {readonly name: string; readonly database: string; readonly reason: string; readonly size: number; readonly archived?: true};

export type SweepFailure = {readonly name: string; readonly reason: string};

export type PlannedEntry = {readonly name: string; readonly verdict: 'keep' | 'expire' | 'archive'; readonly reason: string};

export type SweepPlan = {
	readonly keep: number;
	readonly expire: number;
	readonly archive: number;
	/** At most 20, those that go first. */
	readonly artifacts: readonly PlannedEntry[];
};

/**
What a run wrote, for history entries that lack it (decision D25).
*/
export type RunFacts = {
	readonly runID: string;
	readonly bytes: number;
	readonly artifactCount: number;
	/** At most 20. */
	readonly artifacts: ReadonlyArray<{readonly name: string; readonly database: string; readonly size: number; readonly full: boolean}>;
};

/**
What a sweep found and did.
*/
export type SweepOutcome = {
	readonly sweepID: string;
	readonly mode: 'Enforce' | 'Plan';
	/** A `SweepReason`, or why there was no sweep. */
	readonly reason: string;
	/** A sentence for people, with the remedy where there is one. */
	readonly message: string;
	/** RFC 3339. */
	readonly endedAt: string;
	readonly nextSweepTime?: string;
	/** Artifacts that stay. */
	readonly kept: number;
	/** Artifacts that wait for the end of their grace. */
	readonly expiring: number;
	/** How many were deleted or archived, and as many of them as this outcome has room for. */
	readonly deletedCount: number;
	readonly deleted: readonly DeletedArtifact[];
	/** What this sweep removed, or the last one that did: its status may never have been written. */
	readonly lastExpiry?: LastExpiry;
	readonly failureCount: number;
	readonly failures: readonly SweepFailure[];
	readonly plan?: SweepPlan;
	readonly storage?: StorageSummary;
	readonly runs: readonly RunFacts[];
};

/**
Whether the policy is being carried out, as far as the store's own rules let it: not when the sweep refused, and not when it only planned.
*/
export const isEnforced = ({reason}: Pick<SweepOutcome, 'reason'>): boolean => ['Swept', 'Marked', 'UpToDate', 'Locked', 'Interrupted'].includes(reason);

export type NoSweep = Pick<SweepOutcome, 'sweepID' | 'mode' | 'reason' | 'message'> & {readonly now: Date; readonly next?: Date | undefined};

/**
The outcome where there was no sweep, or one that refused to look: its plan and numbers are those of the last one.
*/
export const noSweep = ({sweepID, mode, reason, message, now, next}: NoSweep): SweepOutcome => ({
	sweepID,
	mode,
	reason,
	message,
	endedAt: now.toISOString(),
	...(next && {nextSweepTime: next.toISOString()}),
	kept: 0,
	expiring: 0,
	deletedCount: 0,
	deleted: [],
	failureCount: 0,
	failures: [],
	runs: [],
});
