import {
	DamagedArtifactError, decodeHeader, type Header, headerLimit,
} from './artifact.ts';
import {type Place, type PlacedFile} from './place.ts';

export type Artifact = Header & {readonly file: string; readonly headerBytes: number};

export type Found = {
	readonly artifacts: readonly Artifact[];
	/** Files that call themselves artifacts, by name or by their first bytes, and are broken. */
	readonly damaged: ReadonlyArray<{readonly file: string; readonly reason: string}>;
};

/**
Reads the headers of all artifacts directly in a place, whatever their file names are. Other files are passed over.
*/
export const readArtifacts = async (place: Place, only?: string): Promise<Found> => {
	const artifacts: Artifact[] = [];
	const damaged: Array<{readonly file: string; readonly reason: string}> = [];
	for (const file of await place.list()) {
		if (only !== undefined && file.name !== only) {
			continue;
		}

		const read = await readArtifact(place, file);
		if (typeof read === 'string') {
			damaged.push({file: file.name, reason: read});
		} else if (read !== undefined) {
			artifacts.push({...read.header, headerBytes: read.headerBytes, file: file.name});
		}
	}

	return {artifacts, damaged};
};

const readArtifact = async (place: Place, {name, size}: PlacedFile): Promise<ReturnType<typeof decodeHeader> | string> => {
	try {
		const decoded = decodeHeader(size === 0 ? new Uint8Array() : await place.start(name, Math.min(size, headerLimit)), size);
		return decoded ?? (name.endsWith('.backup') ? 'The file has no header of a backup artifact.' : undefined);
	} catch (error) {
		if (error instanceof DamagedArtifactError) {
			return error.message;
		}

		throw error;
	}
};
