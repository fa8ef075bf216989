import {type AttemptRecord} from '../run-folder.ts';
import {attributeArtifacts} from '../report/attribute.ts';
import {adoptedManifests, runManifest} from '../report/manifests.ts';
import {liveArtifacts} from '#shared/catalogue/artifacts.ts';
import {
	buildChains, lineageOf, type Chain, type ChainMember,
} from '#shared/catalogue/chains.ts';
import {type ManifestArtifact} from '#shared/catalogue/manifest.ts';
import {type Catalogue} from '#shared/catalogue/read.ts';
import {type InspectedArtifact} from '#shared/neo4j/inspect-output.ts';
import {type RunSpec} from '#shared/runs/run-spec.ts';

export type Check = {
	/** `check` reads FULLs that are recovered and nothing else; whatever is not one is aggregated to one first. */
	readonly step: 'check' | 'aggregate';
	readonly database: string;
	/** The new artifact. */
	readonly artifact: string;
	/** The last artifact with transactions in it: the new one, or the one that an empty DIFF confirms. */
	readonly target: string;
	/** The files that are needed, the FULL first. */
	readonly members: readonly string[];
};

export type CheckPlan = {
	readonly checks: readonly Check[];
	/** New artifacts that build on something that is not there or not good. */
	readonly hopeless: ReadonlyArray<{readonly artifact: string; readonly reason: string}>;
};

type Known = {readonly spec: RunSpec; readonly catalogue: Pick<Catalogue, 'artifacts' | 'listing' | 'marks'>; readonly record: AttemptRecord; readonly finished: readonly string[]; readonly older?: ReadonlySet<string>};

/**
What has to be checked of a run, and with which files: its new artifacts and those of earlier attempts that nobody has named yet, in the chains that their manifests will put them in. The `older` ones, of a lost catalogue, are built on but not checked: there may be more of them than there is room for.
*/
export const planChecks = (headers: readonly InspectedArtifact[], known: Known): CheckPlan => {
	const checks: Check[] = [];
	const hopeless: Array<{artifact: string; reason: string}> = [];
	const chains = chainsWith(headers, known);
	for (const header of headers.filter(header => !known.older?.has(nameOf(header)))) {
		const name = nameOf(header);
		const chain = chains.find(({members}) => members.some(member => member.name === name));
		const check = chain && checkOf(chain, header, known.spec);
		if (check) {
			checks.push(check);
		} else {
			hopeless.push({artifact: name, reason: 'what it builds on is not in the directory, or failed its own check'});
		}
	}

	return {checks, hopeless};
};

const checkOf = ({members}: Chain, header: InspectedArtifact, {skipRecovery}: RunSpec): Check | undefined => {
	const index = members.findIndex(({name}) => name === nameOf(header));
	const target = members.slice(0, index + 1).findLast(member => !member.isEmpty);
	if (!target?.isRestorable) {
		return undefined;
	}

	const lineage: readonly ChainMember[] = lineageOf(members, target);
	// The header of an earlier FULL, which an empty DIFF confirms, was not read again.
	const isRecovered = target.name === nameOf(header) ? header.recovered !== false : !skipRecovery;
	return {
		step: target.full && isRecovered ? 'check' : 'aggregate', database: header.database, artifact: nameOf(header), target: target.name, members: lineage.map(({name}) => name),
	};
};

const nameOf = ({file}: InspectedArtifact): string => file.split('/').at(-1)!;

const chainsWith = (headers: readonly InspectedArtifact[], {spec, catalogue, record, finished}: Known): readonly Chain[] => {
	const fresh = headers.map(header => artifactOf(header, spec));
	const byRun = attributeArtifacts(fresh, {runID: spec.runID, startedAt: record.startedAt, finished}, record.unfinished);
	const completedAt = record.startedAt;
	const manifests = [
		...adoptedManifests(spec, {record, completedAt, byRun}),
		runManifest(spec, {
			record, completedAt, requested: [], missing: [], artifacts: byRun.get(spec.runID) ?? [],
		}),
	];
	return buildChains(liveArtifacts(manifests.map(manifest => ({manifest})), catalogue.listing, {known: catalogue.artifacts, marks: catalogue.marks}).artifacts);
};

/** Its size is for `report` to see; here it is enough that it has one. */
const artifactOf = (header: InspectedArtifact, {timeline}: RunSpec): ManifestArtifact => {
	const {
		database, databaseID, time, full, compressed, lowestTx, highestTx,
	} = header;
	return {
		name: nameOf(header), database, databaseID, timeline, size: 1, time, full, compressed, lowestTx, highestTx, verification: 'notRequested',
	};
};
