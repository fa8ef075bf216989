/**
Neo4j's version as [major or year, minor or month]: 5.26.3 → [5, 26], 2025.12.0 → [2025, 12].
*/
export type Version = {readonly text: string; readonly major: number; readonly minor: number};

/**
Reads `5.26.3`, `2025.12.0` or `2025.12.0-enterprise`.
*/
export const parseVersion = (text: string): Version => {
	const [major = Number.NaN, minor = Number.NaN] = text.split(/[.\-]/v, 2).map(Number);
	if (Number.isNaN(major) || Number.isNaN(minor)) {
		throw new TypeError(`NEO4J_VERSION is no version of Neo4j: '${text}'`);
	}

	return {text: text.replace(/-enterprise$/v, ''), major, minor};
};

/**
Whether the version is `since` or newer. CalVer is newer than 5.
*/
export const isAtLeast = (version: Version, since: string): boolean => {
	const other = parseVersion(since);
	return version.major === other.major ? version.minor >= other.minor : version.major > other.major;
};
