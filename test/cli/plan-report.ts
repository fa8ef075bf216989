import {plannedArtifacts, type PlanReport} from '../../cli/plan/read-plan.ts';
import {buildChains} from '#shared/catalogue/chains.ts';
import {type CatalogueArtifact} from '#shared/catalogue/artifacts.ts';
import {plan} from '#shared/retention/plan.ts';
import {parsePolicy, type RetentionSpec} from '#shared/retention/policy.ts';

const dayMs = 24 * 60 * 60_000;

/** A name that a page may neither cut off nor take for HTML. */
export const awkwardName = 'customers-of-the-northern-region-2025<script>';

/**
What `plan` reports of 40 days of three databases: a FULL each Sunday and a DIFF on all other days, of one database a FULL each day. The verdicts are the planner's.
*/
export const planReport = (retention: RetentionSpec, databases: readonly string[] = ['movies', 'neo4j', awkwardName]): PlanReport => {
	const now = new Date('2026-11-01T12:00:00Z');
	const artifacts = databases.flatMap(database => Array.from({length: 40}, (_, day) => artifactOf(database, new Date(now.getTime() - ((39.5 - day) * dayMs)), day)));
	const verdicts = plan({
		chains: buildChains(artifacts), policy: parsePolicy(retention), now, pins: [],
	});
	const marks = new Map(verdicts.filter(({verdict, artifact: {full}}) => verdict === 'expire' && full).map(({artifact: {name}}) => [name, '2026-11-01T02:00:00Z']));
	return {
		backup: {namespace: 'neo4j', name: 'daily'},
		retention,
		now: now.toISOString(),
		...plannedArtifacts(verdicts, marks),
		refusal: 'an attempt to write backups is open: run 20261101020000-00000000 has no manifest yet',
	};
};

const artifactOf = (database: string, instant: Date, day: number): CatalogueArtifact => {
	const time = instant.toISOString();
	const full = database === 'movies' || day === 0 || instant.getUTCDay() === 0;
	return {
		name: `${database}-${time.slice(0, 19).replaceAll(':', '-')}.backup`,
		database,
		databaseID: database,
		timeline: 'one',
		size: full ? 12_345_678_901 : 345_678_901,
		time,
		takenAt: time,
		orderTime: time,
		full,
		compressed: true,
		lowestTx: full ? 1 : day,
		highestTx: day,
		verification: 'passed',
		runID: `${time.slice(0, 10).replaceAll('-', '')}000000-00000000`,
		targetUID: 'target',
		state: 'present',
	};
};
