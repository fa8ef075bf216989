import {countText} from '../words.ts';
import {findBackup} from '../find-backup.ts';
import {findSweepStorage} from '../../functions/retention-sweep/sweep-storage.ts';
import {policyOf} from './policy-of.ts';
import {buildChains, type ChainMember} from '#shared/catalogue/chains.ts';
import {withoutExpiredPins} from '#shared/catalogue/directory.ts';
import {readCatalogue, type Catalogue} from '#shared/catalogue/read.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {clusterUID} from '#shared/kube/cluster-uid.ts';
import {present} from '#shared/present.ts';
import {plan, type Verdict} from '#shared/retention/plan.ts';
import {parsePolicy, type RetentionSpec} from '#shared/retention/policy.ts';
import {refuseCatalogue, refuseDeletion} from '#shared/retention/refusal.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {openStore} from '#shared/stores/open.ts';
import {type Store} from '#shared/stores/store.ts';

export type PlannedArtifact = {
	readonly name: string;
	readonly database: string;
	readonly type: 'FULL' | 'DIFF';
	readonly takenAt: string;
	readonly size: number;
	readonly runID: string;
	/** Name of the first artifact of its chain. */
	readonly chain: string;
	readonly transactions: string;
	readonly verification: ChainMember['verification'];
	readonly verdict: Verdict['verdict'];
	readonly reason: string;
	/** Since when a sweep has it marked, if one has. */
	readonly markedSince?: string;
};

export type Total = {readonly artifacts: number; readonly bytes: number};

export type PlanReport = {
	readonly backup: {readonly namespace: string; readonly name: string};
	/** The policy as the CR has it. */
	readonly retention?: RetentionSpec;
	/** The API server's time that ages are counted to. */
	readonly now: string;
	readonly artifacts: readonly PlannedArtifact[];
	readonly totals: Readonly<Record<Verdict['verdict'], Total>>;
	/** Why a sweep would delete nothing at this moment. */
	readonly refusal?: string;
};

/**
What the next sweep of a CR would plan: the same catalogue, planner and guards, with the credentials of the CR's Secret, or without one with those of this machine. Reads only, and tells how far it is. Throws a ConfigurationError for what cannot be read from here.
*/
export const readPlan = async (kube: KubeClient, {namespace, name}: {readonly namespace: string; readonly name: string}, progress: (detail: string) => void): Promise<PlanReport> => {
	const backup = await findBackup(kube, {namespace, name}, 'name another with --namespace');

	const {location, secret, authorities} = await findSweepStorage({kube, config: {}}, backup);
	if (location.type === 'pvc') {
		throw new ConfigurationError(`spec.storage: ${name} writes to a claim, which only a Pod can read; set spec.retention.mode: Plan and read status.retention.plan after the next sweep`);
	}

	const store = await openStore(location, secret?.credentials ?? {}, present({secretName: secret?.name, authorities: authorities?.text}));
	try {
		const owner = {cluster: await clusterUID(kube), namespace, name};
		const catalogue = await readCatalogue(countingReads(store, progress));
		await kube.get({apiVersion: 'v1', kind: 'Namespace', name: namespace});
		const now = await kube.now();
		return reportOf(backup, withoutExpiredPins(catalogue, now), {owner, now});
	} finally {
		await store.close();
	}
};

const countingReads = (store: Store, progress: (detail: string) => void): Store => {
	let files = 0;
	return {
		...store,
		async read(...parameters) {
			const body = await store.read(...parameters);
			files++;
			progress(countText(files, 'file'));
			return body;
		},
	};
};

type Context = {readonly owner: Parameters<typeof refuseCatalogue>[1]; readonly now: Date};

const reportOf = ({metadata, spec}: Neo4jBackup, catalogue: Catalogue, {owner, now}: Context): PlanReport => {
	const verdicts = plan({
		chains: buildChains(catalogue.artifacts), policy: parsePolicy(spec.retention, spec.timeZone), now, pins: catalogue.pins,
	});
	const marks = new Map(catalogue.marks.expiring.map(mark => [mark.name, mark.since]));
	return {
		backup: {namespace: metadata.namespace!, name: metadata.name},
		...present({retention: policyOf(spec)}),
		now: now.toISOString(),
		...plannedArtifacts(verdicts, marks),
		...present({refusal: (refuseCatalogue(catalogue, owner) ?? refuseDeletion(catalogue, now))?.message}),
	};
};

/**
The artifacts of a plan and their totals, as a report has them. `marks` says since when which are marked to expire.
*/
export const plannedArtifacts = (verdicts: readonly Verdict[], marks: ReadonlyMap<string, string>): Pick<PlanReport, 'artifacts' | 'totals'> => {
	const total = (wanted: Verdict['verdict']): Total => {
		const found = verdicts.filter(({verdict}) => verdict === wanted);
		return {artifacts: found.length, bytes: found.reduce((sum, {artifact: {size}}) => sum + size, 0)};
	};

	return {
		artifacts: verdicts.map(verdict => artifactOf(verdict, marks)),
		totals: {keep: total('keep'), expire: total('expire'), archive: total('archive')},
	};
};

const artifactOf = ({artifact, chain, verdict, reason}: Verdict, marks: ReadonlyMap<string, string>): PlannedArtifact => ({
	name: artifact.name,
	database: artifact.database,
	type: artifact.full ? 'FULL' : 'DIFF',
	takenAt: artifact.takenAt,
	size: artifact.size,
	runID: artifact.runID,
	chain,
	transactions: artifact.isEmpty ? 'none' : `${artifact.lowestTx}–${artifact.highestTx}`,
	verification: artifact.verification,
	verdict,
	reason,
	...present({markedSince: marks.get(artifact.name)}),
});
