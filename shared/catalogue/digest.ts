import {present} from '../present.ts';
import {type Fields} from './read-json.ts';
import {type StorageSummary} from './summary.ts';

/**
What the index says of a database without its part: enough to leave it alone while nothing can have changed in it, and to count it.
*/
export type DatabaseDigest = {
	/** Fingerprint of the policy it was planned with. */
	readonly policy: string;
	/** Artifacts that stay, that may go, and that are marked to expire. */
	readonly kept: number;
	readonly going: number;
	readonly expiring: number;
	/** Marks whose grace was over already, and since when the first of the others counts. */
	readonly ripe: number;
	readonly graceFrom?: string;
	/** When the next backup passes `maxAge`. */
	readonly nextAge?: string;
	/** When it must be planned again at the latest. */
	readonly lookAgain: string;
	/** Artifacts that need to be looked at each time: not where they should be, of a failed verification, held by a restore. */
	readonly unsettled: number;
	/** Artifacts that lie in quarantine, and in the archive. */
	readonly moved: number;
	readonly storage: StorageSummary;
};

export const digestOf = (fields: Fields): DatabaseDigest => ({
	policy: fields.text('policy'),
	kept: fields.count('kept'),
	going: fields.count('going'),
	expiring: fields.count('expiring'),
	ripe: fields.count('ripe'),
	...present({graceFrom: fields.optionalInstant('graceFrom'), nextAge: fields.optionalInstant('nextAge')}),
	lookAgain: fields.instant('lookAgain'),
	unsettled: fields.count('unsettled'),
	moved: fields.count('moved'),
	storage: storageOf(fields.object('storage')),
});

const storageOf = (fields: Fields): StorageSummary => ({
	restorePoints: fields.count('restorePoints'),
	bytes: fields.count('bytes'),
	...present({oldest: fields.optionalInstant('oldest'), newest: fields.optionalInstant('newest')}),
});
