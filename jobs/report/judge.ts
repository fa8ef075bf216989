import {type ManifestArtifact} from '#shared/catalogue/manifest.ts';
import {exitCodes} from '#shared/runs/exit-codes.ts';
import {type RunOutcome} from '#shared/runs/summary.ts';

/**
What is known of a run once neo4j-admin has ended.
*/
export type Evidence = {
	/** Exit code of `neo4j-admin database backup`; undefined when the container died before it could be written. */
	readonly exitCode: number | undefined;
	/** Artifacts of this run that were seen in the store and whose header could be read. */
	readonly proven: readonly ManifestArtifact[];
	/** Artifacts that neo4j-admin speaks of but which could not be proven, with the reason. */
	readonly unproven: ReadonlyArray<{readonly name: string; readonly database: string; readonly reason: string}>;
	/** Those of the proven artifacts whose verification failed, and what it found. */
	readonly damaged: ReadonlyArray<{readonly name: string; readonly database: string; readonly reason: string}>;
	/** Databases that must have an artifact; undefined when nobody could say which. */
	readonly requested: readonly string[] | undefined;
	/** What neo4j-admin says about the databases that failed, by database. */
	readonly failures: ReadonlyMap<string, string>;
	/** The line of the log that says best why the command failed. */
	readonly quote: string | undefined;
	/** Databases of which neo4j-admin took a FULL because it could take no DIFF. */
	readonly fellBack: readonly string[];
	/** Databases that cannot take a DIFF: trying the same again is of no use. */
	readonly withoutParent: readonly string[];
	/** Whether what failed is moved away by the sweep, because this account may not delete. */
	readonly sweepDeletes: boolean;
	readonly attempt: number;
	readonly maxAttempts: number;
};

export type Verdict = {
	readonly outcome: RunOutcome;
	readonly exit: number;
	readonly reason?: string;
	readonly message: string;
	readonly missing: readonly string[];
	/** False while a later attempt may still add to the run: then no manifest is written yet. */
	readonly final: boolean;
};

/**
Judges a run by what lies in the store, not by the exit code alone: 1 can mean success with problems, 0 can mean that nothing was backed up (neo4j#13107).
*/
export const judge = (evidence: Evidence): Verdict => {
	const verdict = judgeArtifacts(evidence);
	// What is missing is taken by a further attempt first.
	return verdict.final && evidence.damaged.length > 0 ? damaged(evidence, verdict) : verdict;
};

/**
A run that left a damaged artifact failed, whatever else it achieved: what passed counts all the same (B-119).
*/
const damaged = ({damaged: found, proven, sweepDeletes}: Evidence, {missing, message}: Verdict): Verdict => {
	const good = proven.length - found.length;
	return {
		outcome: 'failed',
		exit: exitCodes.permanent,
		reason: 'VerificationFailed',
		message: [
			`the verification failed of ${list(found.map(({database, name, reason}) => `${database} (${name}: ${reason})`))}`,
			`what failed ${sweepDeletes ? 'is moved to .neo4j-backup/quarantine/ by the next sweep' : 'lies in .neo4j-backup/quarantine/'}, and the next run is a FULL`,
			...good > 0 ? [`${count(good, 'artifact')} passed and ${good === 1 ? 'counts' : 'count'}`] : [],
			...missing.length > 0 ? [message] : [],
		].join('; '),
		missing,
		final: true,
	};
};

const judgeArtifacts = (evidence: Evidence): Verdict => {
	const missing = missingDatabases(evidence);
	if (evidence.proven.length > 0 && missing.length === 0) {
		return success(evidence);
	}

	if (evidence.exitCode === 64) {
		return failed(evidence, missing, {reason: 'UsageError', message: `neo4j-admin refused its arguments: ${evidence.quote ?? 'exit code 64'}`, permanent: true});
	}

	return evidence.proven.length > 0 ? partial(evidence, missing) : nothing(evidence, missing);
};

const missingDatabases = ({requested, proven, unproven, failures}: Evidence): string[] => {
	const present = new Set(proven.map(({database}) => database));
	const expected = new Set([...requested ?? [], ...unproven.map(({database}) => database), ...failures.keys()]);
	return [...expected].filter(database => !present.has(database)).toSorted();
};

const success = (evidence: Evidence): Verdict => ({
	outcome: 'succeeded',
	exit: exitCodes.succeeded,
	missing: [],
	final: true,
	message: successMessage(evidence),
});

const successMessage = ({exitCode, quote, proven, fellBack}: Evidence): string => [
	`${count(proven.length, 'artifact')} proven in the store`,
	...fellBack.length > 0 ? [`a FULL was taken where no DIFF could be: ${list(fellBack)}`] : [],
	...exitCode === 0 ? [] : [`neo4j-admin reported a problem all the same (exit code ${exitCode ?? 'unknown'})${quote ? `: ${quote}` : ''}`],
].join('; ');

const partial = (evidence: Evidence, missing: readonly string[]): Verdict => {
	const {attempt, maxAttempts, proven} = evidence;
	const message = `${count(proven.length, 'database')} backed up, ${missing.length} missing: ${why(evidence, missing)}`;
	const hopeless = isHopeless(evidence, missing);
	return attempt < maxAttempts && !hopeless
		? {
			outcome: 'partial', exit: exitCodes.retry, reason: 'PartiallySucceeded', message, missing, final: false,
		}
		: {
			outcome: 'partial', exit: exitCodes.partial, reason: 'PartiallySucceeded', message, missing, final: true,
		};
};

const nothing = (evidence: Evidence, missing: readonly string[]): Verdict => {
	if (evidence.exitCode === 0 && evidence.unproven.length === 0) {
		return failed(evidence, missing, {
			reason: 'NothingBackedUp',
			message: `nothing was backed up: neo4j-admin ended with 0 and left no artifact${missing.length > 0 ? ` of ${list(missing)}; check that ${missing.length === 1 ? 'the database exists and is' : 'the databases exist and are'} online` : ''}`,
			permanent: true,
		});
	}

	if (evidence.unproven.length > 0) {
		return failed(evidence, missing, {reason: 'ArtifactNotProven', message: `no artifact could be proven: ${why(evidence, missing)}`, permanent: false});
	}

	return failed(evidence, missing, {
		reason: 'BackupFailed',
		message: `neo4j-admin failed with exit code ${evidence.exitCode ?? 'unknown (its container was killed)'}: ${why(evidence, missing)}`,
		permanent: isHopeless(evidence, missing),
	});
};

const failed = ({attempt, maxAttempts}: Evidence, missing: readonly string[], {reason, message, permanent}: {reason: string; message: string; permanent: boolean}): Verdict => ({
	outcome: 'failed',
	// Once the manifest is written, a further attempt could add nothing.
	exit: permanent || attempt >= maxAttempts ? exitCodes.permanent : exitCodes.retry,
	reason,
	message,
	missing,
	final: permanent || attempt >= maxAttempts,
});

/**
A database that cannot take a DIFF will not take one a minute later either: the next run repairs that by being AUTO (decision D9).
*/
const isHopeless = ({withoutParent}: Evidence, missing: readonly string[]): boolean => missing.length > 0 && missing.every(database => withoutParent.includes(database));

const why = ({failures, unproven, quote}: Evidence, missing: readonly string[]): string => {
	const reasons = missing.map(database => {
		const reason = failures.get(database) ?? unproven.find(artifact => artifact.database === database)?.reason;
		return reason ? `${database} (${reason})` : database;
	});
	return reasons.length > 0 ? list(reasons) : quote ?? 'see the log of the container `backup`';
};

const list = (names: readonly string[]): string => names.length > 10 ? `${names.slice(0, 10).join(', ')} and ${names.length - 10} more` : names.join(', ');

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
