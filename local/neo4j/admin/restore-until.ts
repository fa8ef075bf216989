import {CommandError} from './command-error.ts';
import {type Artifact} from './read-artifacts.ts';
import {type StoredTransaction} from './stored-transactions.ts';

const instant = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d+)?$/v;

/**
Whether a text is what `--restore-until` takes: the id of a transaction, or a date and a time of day in UTC with a space between.
*/
export const isCriteria = (text: string): boolean => /^\d+$/v.test(text) || (instant.test(text) && !Number.isNaN(Date.parse(toInstant(text))));

/**
The transactions before the one that is named, or before an instant, of those of a chain. A FULL alone can only be restored whole. What lies in the FULL of a chain cannot be taken apart either, so that a point before its end is refused; one after the end of the chain restores all of it, without a word. Neo4j's texts.
*/
export const restoredUntil = (text: string, chain: readonly Artifact[], transactions: readonly StoredTransaction[]): readonly StoredTransaction[] => {
	const [full, ...differentials] = chain;
	if (differentials.length === 0) {
		throw new CommandError(`Full backup '${full!.file}' can only be fully restored.`);
	}

	const isBefore = /^\d+$/v.test(text) ? ({id}: StoredTransaction) => id < Number(text) : ({time}: StoredTransaction) => Date.parse(time) < Date.parse(toInstant(text));
	const first = transactions.findIndex(transaction => !isBefore(transaction));
	const lastOfFull = transactions.find(({id}) => id === full!.highestTx);
	if (lastOfFull && !isBefore(lastOfFull)) {
		const criteria = /^\d+$/v.test(text) ? `transaction id should be < ${text}` : `transaction date should be before ${text}`;
		throw new CommandError(`Partial recovery criteria can't be satisfied. Transaction after and before checkpoint does not satisfy provided recovery criteria. Observed transaction id: ${lastOfFull.id}, recovery criteria: ${criteria}.`);
	}

	return first === -1 ? transactions : transactions.slice(0, first);
};

const toInstant = (text: string): string => `${text.replace(' ', 'T')}Z`;
