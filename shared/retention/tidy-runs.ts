import {removeRecords} from '../catalogue/encrypted-record.ts';
import {quarantine} from '../catalogue/quarantine.ts';
import {readCatalogue, type Catalogue} from '../catalogue/read.ts';
import {type StayedArtifact} from './deletion.ts';
import {refuseCatalogue, refuseDeletion} from './refusal.ts';
import {type SweepInput} from './sweep-input.ts';

export type TidiedCatalogue = {readonly catalogue: Catalogue; readonly stayed: readonly StayedArtifact[]};

/**
Does what runs left to the sweep because their account may not delete, or could not do themselves: artifacts that failed their verification are moved into quarantine, and records of encrypted ones that a manifest has taken the place of are removed. Nothing is moved under a run that goes on, and nothing where nothing may be touched. Answers the catalogue as it is then.
*/
export const tidiedCatalogue = async ({store, owner, policy}: SweepInput, now: Date): Promise<TidiedCatalogue> => {
	const catalogue = await readCatalogue(store);
	if (policy?.mode === 'Plan' || (refuseCatalogue(catalogue, owner) ?? refuseDeletion(catalogue, now))) {
		return {catalogue, stayed: []};
	}

	await removeRecords(store, catalogue);
	const inTheWay = catalogue.artifacts.filter(({state}) => state === 'present');
	// Where a run copied one and could not remove it, both are there, and the catalogue knows the copy.
	const perhaps = catalogue.artifacts.filter(({state}) => state === 'quarantined');
	const stayed = await quarantine(store, [...inTheWay, ...perhaps]);
	const moved = inTheWay.filter(({name, verification}) => verification === 'failed' && !stayed.some(one => one.name === name));
	return {
		catalogue: moved.length > 0 ? await readCatalogue(store) : catalogue,
		// Whoever removed one did no harm.
		stayed: stayed.filter(({error}) => error.code !== 'ObjectNotFound').map(({name, error: {message, code, retryAfter}}) => ({
			name, reason: message, isLocked: code === 'Locked', ...(retryAfter && {retryAfter}),
		})),
	};
};
