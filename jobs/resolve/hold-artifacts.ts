import {writeRestorePin} from '#shared/restore/restore-pin.ts';
import {type RestoreJobSpec} from '#shared/restore/restore-spec.ts';
import {type Store} from '#shared/stores/store.ts';

/**
Pins what a restore reads, in the directory that it lies in. An account that may not write goes on without, and is told so in a note.
*/
export const holdArtifacts = async ({restore, uid}: RestoreJobSpec, store: Store, artifacts: readonly string[]): Promise<{readonly isPinned: boolean; readonly notes: readonly string[]}> => {
	const {problem} = await writeRestorePin(store, {restore, uid, artifacts}, await store.now());
	return {
		isPinned: problem === undefined,
		notes: problem ? [`What is read cannot be held, because ${problem.message} A sweep at the same time may delete it: with spec.retention.mode: Plan it does not`] : [],
	};
};
