import {Buffer} from 'node:buffer';
import {type BackupType} from './run-spec.ts';

export type RunOutcome = 'succeeded' | 'partial' | 'failed';

export type SummaryArtifact = {readonly name: string; readonly database: string; readonly size: number; readonly full: boolean};

/**
What a container of ours says at its end, as its termination message.
*/
export type RunSummary = {
	readonly runID: string;
	readonly outcome: RunOutcome;
	/** CamelCase word for the condition; absent on plain success. */
	readonly reason?: string;
	/** A sentence for people, with the remedy where there is one. */
	readonly message: string;
	/** How many artifacts the run wrote, and their bytes in all. */
	readonly artifactCount: number;
	readonly bytes: number;
	/** As many of them as fit. */
	readonly artifacts: readonly SummaryArtifact[];
	readonly missing: readonly string[];
	readonly missingCount: number;
	/** What the next run must be, where it must be something. */
	readonly nextBackupType?: Exclude<BackupType, 'DIFF'>;
	/** What kind of backup each database got in truth. */
	readonly fullCount: number;
	readonly storage?: {readonly restorePoints: number; readonly bytes: number; readonly oldest?: string; readonly newest?: string};
};

/** Kubernetes keeps 4,096 bytes of a termination message. */
const maximumBytes = 4096;

/**
The summary as text of at most 4 KiB: names are left off from the end until it fits, the counts always stay true.
*/
export const encodeSummary = (summary: RunSummary): string => {
	let fitting: RunSummary = {
		...summary, message: summary.message.slice(0, 1200), artifacts: summary.artifacts.slice(0, 20), missing: summary.missing.slice(0, 20),
	};
	let text = JSON.stringify(fitting);
	while (Buffer.byteLength(text) > maximumBytes) {
		fitting = fitting.artifacts.length > 0
			? {...fitting, artifacts: fitting.artifacts.slice(0, -1)}
			: {...fitting, missing: fitting.missing.slice(0, -1), message: fitting.message.slice(0, Math.max(100, fitting.message.length - 100))};
		text = JSON.stringify(fitting);
	}

	return text;
};

/**
Reads a termination message; undefined for one that is not ours, cut short or empty.
*/
export const decodeSummary = (text: string | undefined): RunSummary | undefined => {
	try {
		const value = JSON.parse(text ?? '') as Partial<RunSummary>;
		return typeof value.runID === 'string' && typeof value.outcome === 'string' && Array.isArray(value.artifacts) ? value as RunSummary : undefined;
	} catch {
		return undefined;
	}
};
