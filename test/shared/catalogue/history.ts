import {type ManifestArtifact, type Owner, type RunManifest} from '#shared/catalogue/manifest.ts';

/**
Builds manifests and artifacts for the tests of catalogue and retention.
*/
export const owner: Owner = {cluster: 'cluster-1', namespace: 'neo4j', name: 'daily'};

export const day = 24 * 60 * 60_000;
export const start = Date.parse('2026-01-01T00:00:00Z');

/** The instant `days` after the first of January 2026. */
export const at = (days: number): Date => new Date(start + Math.round(days * day));

export const stampOf = (instant: Date): string => instant.toISOString().slice(0, 19).replaceAll(':', '-');

export const artifact = (days: number, change: Partial<ManifestArtifact> = {}): ManifestArtifact => {
	const {database = 'neo4j'} = change;
	return {
		name: `${database}-${stampOf(at(days))}.backup`,
		database,
		databaseID: `id-of-${database}`,
		timeline: '0',
		size: 100,
		time: at(days).toISOString(),
		full: true,
		compressed: true,
		lowestTx: 1,
		highestTx: 10,
		verification: 'notRequested',
		...change,
	};
};

export const manifest = (days: number, artifacts: readonly ManifestArtifact[], change: Partial<RunManifest> = {}): RunManifest => ({
	version: 1,
	runID: `${at(days).toISOString().slice(0, 19).replaceAll(/\D/gv, '')}-0000abcd`,
	trigger: 'schedule',
	startedAt: at(days).toISOString(),
	completedAt: at(days + (1 / 1440)).toISOString(),
	attempt: 0,
	owner,
	target: {
		uid: 'target-1', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production', version: '2026.02.0',
	},
	type: 'AUTO',
	requested: [...new Set(artifacts.map(({database}) => database))],
	missing: [],
	artifacts,
	...change,
});
