/**
A version of Neo4j: 5.26.3 is {5, 26, 3}, 2025.04 is {2025, 4}. Compared number by number, so that 2026.01 > 2025.12 > 5.26.
*/
export type Neo4jVersion = {readonly major: number; readonly minor: number; readonly patch: number};

/** The oldest version that can be backed up: the long-term support line in which everything used here exists. */
export const oldestSupported = '5.26';

/**
The first version that knows an option of `spec.options` which came later than that (operations manual, `database backup`).
*/
export const optionGates = {
	preferDiffAsParent: '2025.04',
	remoteAddressResolution: '2025.09',
	parallelDownload: '2025.11',
	skipRecovery: '2025.11',
} as const;

/**
The first version that has an ability which the functions rely on, or do without.
*/
export const abilityGates = {
	/** `database aggregate-backup` is called `backup aggregate`. */
	backupAggregate: '2025.01',
	/** `backup inspect` shows the headers unasked, and ignores `--show-metadata`. */
	inspectShowsMetadata: '2025.07',
	/** The first DIFF after a FULL may overlap it, so that a FULL between two DIFFs does not break their chain. */
	overlappingDiff: '2026.02',
} as const;

export type GatedOption = keyof typeof optionGates;
export type Unsupported = {readonly option: GatedOption; readonly requires: string};

/**
The version in an image tag, or in what a target's status says: `5.26.3-enterprise`, `2025.10.1-enterprise-ubi9`, `2025.04`. Undefined where it does not say at least major and minor: `latest`, `5-enterprise`, a digest.
*/
export const parseVersion = (text: string | undefined): Neo4jVersion | undefined => {
	const match = /^v?(?<major>\d+)\.(?<minor>\d+)(?:\.(?<patch>\d+))?(?![\d.])/v.exec(text ?? '')?.groups;
	return match && {major: Number(match['major']), minor: Number(match['minor']), patch: Number(match['patch'] ?? 0)};
};

/**
Below zero when `a` is older than `b`, zero when they are the same, above zero when it is newer.
*/
export const compareVersions = (a: Neo4jVersion, b: Neo4jVersion): number => a.major - b.major || a.minor - b.minor || a.patch - b.patch;

/**
Whether a version is known to be at least `minimum`. An unknown version is not.
*/
export const isAtLeast = (version: string | undefined, minimum: string): boolean => {
	const known = parseVersion(version);
	return known !== undefined && compareVersions(known, parseVersion(minimum)!) >= 0;
};

/**
The options asked for that the version lacks. A version that is not known lacks all that came late (decision D36): without them a run works on any.
*/
export const unsupportedOptions = (options: Readonly<Partial<Record<GatedOption, boolean>>>, version: string | undefined): Unsupported[] =>
	(Object.keys(optionGates) as GatedOption[])
		.filter(option => options[option] === true && !isAtLeast(version, optionGates[option]))
		.map(option => ({option, requires: optionGates[option]}));

/**
The product line of a version, which a chain of backups does not outlive: `5`, `2025`, `2026`; undefined when it is not known.
*/
export const versionLine = (version: string | undefined): string | undefined => parseVersion(version)?.major.toString();
