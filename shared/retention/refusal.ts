import {isRebuilding} from '../catalogue/attempt.ts';
import {isSameOwner, type Owner} from '../catalogue/manifest.ts';
import {type Directory} from '../catalogue/directory.ts';
import {clockToleranceMs} from '../clock-tolerance.ts';
import {type SweepReason} from './sweep-outcome.ts';

export type Refusal = {readonly reason: SweepReason; readonly message: string};

/**
Why nothing may be done with clocks that disagree: an age told by the wrong one deletes what is young.
*/
export const refuseClocks = (one: Date, other: Date, names: string): Refusal | undefined => {
	const apart = Math.abs(one.getTime() - other.getTime());
	return apart <= clockToleranceMs
		? undefined
		: {reason: 'ClockSkewed', message: `${names} are ${Math.round(apart / 60_000)} minutes apart (${one.toISOString()} and ${other.toISOString()}): nothing is deleted until their clocks agree within 5 minutes`};
};

/**
Why the directory must be left as it is: it is not ours, has no catalogue, or one that cannot be trusted.
*/
export const refuseCatalogue = ({owner, listing, unreadable}: Directory, ours: Owner): Refusal | undefined => {
	if (listing.objects.size === 0) {
		return {reason: 'NoCatalogue', message: 'There is no catalogue in the directory: the next run writes it, from what lies there; nothing is deleted until then'};
	}

	if (owner && !isSameOwner(owner, ours)) {
		return {reason: 'StorageConflict', message: `The directory belongs to Neo4jBackup ${owner.namespace}/${owner.name} of cluster ${owner.cluster}: nothing in it is touched`};
	}

	const [first] = unreadable;
	if (first) {
		return {reason: 'CatalogueUnreadable', message: unreadable.length === 1 ? first.message : `${first.message} (and ${unreadable.length - 1} more)`};
	}

	return owner ? undefined : {reason: 'CatalogueUnreadable', message: 'The catalogue names no owner: the next run writes it; nothing is deleted until then'};
};

/**
Why nothing may be deleted for now, although the catalogue is sound.
*/
export const refuseDeletion = ({openAttempts, index}: Directory, now: Date): Refusal | undefined => {
	const [attempt] = openAttempts;
	if (attempt) {
		if (isRebuilding(attempt)) {
			return {reason: 'AttemptOpen', message: 'The catalogue was lost and is being rebuilt from the artifacts, by the run that goes on or by the next one; nothing is deleted until then'};
		}

		return {reason: 'AttemptOpen', message: `Attempt ${attempt.attempt} of run ${attempt.runID} has no manifest: it goes on, or it died and the next run takes over what it wrote; nothing is deleted until then`};
	}

	return index && Date.parse(index.writtenAt) - now.getTime() > clockToleranceMs
		? {reason: 'ClockSkewed', message: `The last sweep wrote at ${index.writtenAt}, which is in the future: a clock was wrong or went back; what was marked to expire waits for its grace anew`}
		: undefined;
};
