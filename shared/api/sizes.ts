const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/**
Bytes for people, in decimal units with one digit where it tells something: `2.5GB`, `512B`.
*/
export const formatBytes = (bytes: number): string => {
	const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
	const value = bytes / (1000 ** power);
	return `${power === 0 ? Math.round(value) : value.toFixed(1).replace(/\.0$/v, '')}${units[power]}`;
};

/**
What a run achieved, as `status.stats` shows it: bytes of its artifacts, start to completion of its Job, and the one over the other.
*/
export const throughput = (bytes: number, milliseconds: number): string => `${formatBytes(bytes / Math.max(1, milliseconds / 1000))}/s`;
