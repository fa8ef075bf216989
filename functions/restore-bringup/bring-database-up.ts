import {askTarget, NotNowError, UnreachableError} from './ask-target.ts';
import {
	chooseStatement, type Choice, type Situation, type Statement,
} from './choose-statement.ts';
import {expectedTransaction} from './expected-transaction.ts';
import {intentStep} from './intent.ts';
import {toError} from '#shared/errors.ts';
import {refusalOf, type Administration} from '#shared/neo4j/administration.ts';
import {mayHaveChangedData, type Neo4jRestore} from '#shared/restore/status.ts';
import {type StepContext} from '#shared/restore/step.ts';
import {mayBeStopped} from '#shared/restore/steps.ts';

export type BroughtUp
	/** Nothing is left to send; a remark tells why nothing was. */
	= | {readonly kind: 'done'; readonly remark?: string}
		/** The intent has to be written down first. */
		| {readonly kind: 'begin'; readonly statement: Statement; readonly remark?: string}
		| {readonly kind: 'impossible'; readonly reason: string; readonly message: string}
		| {readonly kind: 'unreachable'; readonly message: string};

/**
Whether the restore has stopped a database that was there.
*/
export const wasStopped = ({status}: Pick<Neo4jRestore, 'status'>): boolean => status?.target?.databaseExists === true && mayBeStopped(status.step ?? 'Validate');

/**
Looks at the database, and sends the one statement that brings it up if it is this call's to send. Throws a NotNowError where somebody else may be at it, or nobody knows what became of it.
*/
export const bringDatabaseUp = async (context: StepContext, goal: Situation['goal']): Promise<BroughtUp> => {
	try {
		return await askTarget(context, async administration => {
			const choice = await choose(context, goal, administration);
			if (choice.kind !== 'stop') {
				return act(context, choice, {goal, administration});
			}

			await administration.run(choice.statement.text);
			return act(context, await choose(context, goal, administration), {goal, administration});
		});
	} catch (error) {
		if (error instanceof UnreachableError) {
			return {kind: 'unreachable', message: error.message};
		}

		throw error;
	}
};

type Asking = {readonly goal: Situation['goal']; readonly administration: Administration};

const choose = async ({restore}: StepContext, goal: Situation['goal'], administration: Administration): Promise<Choice> => {
	const {spec: {databaseName}, status} = restore;
	return chooseStatement({
		database: databaseName,
		goal,
		wasStopped: wasStopped(restore),
		// A Job that was created just before the restore was deleted is not known yet.
		mayBeWritten: mayHaveChangedData(restore) || status?.step === 'RestoreJob',
		isSent: status?.broughtUpAt !== undefined,
		statefulSet: status?.target?.statefulSet ?? '',
		// One after the other: a session does one thing at a time.
		allocations: await administration.allocationsOf(databaseName),
		servers: await administration.servers(),
		lastTransaction: expectedTransaction(restore),
	});
};

const act = async (context: StepContext, choice: Choice, asking: Asking): Promise<BroughtUp> => {
	switch (choice.kind) {
		case 'nothing': {
			return {kind: 'done', ...(choice.remark !== undefined && {remark: choice.remark})};
		}

		case 'impossible': {
			return choice;
		}

		case 'stop': {
			throw new NotNowError('The database was started again just after it was stopped');
		}

		case 'send': {
			const {restore: {status}, isBegun, now} = context;
			const step = intentStep({statedAt: status?.broughtUpAt, isOwn: isBegun, now});
			if (step === 'leave') {
				throw new NotNowError('Another call may be about to bring the database up');
			}

			return step === 'begin' ? {...choice, kind: 'begin'} : send(context, choice.statement, asking);
		}
	}
};

const send = async (context: StepContext, {text, parameters}: Statement, {goal, administration}: Asking): Promise<BroughtUp> => {
	context.log.info({statement: text}, 'brings the database up');
	try {
		await administration.run(text, parameters);
		return {kind: 'done'};
	} catch (error) {
		const refusal = refusalOf(error);
		if (refusal === undefined) {
			throw new NotNowError(`Nobody knows whether \`${text}\` was carried out: ${toError(error).message}`, {cause: error});
		}

		// Of two that say the same, one after a long while, the second is refused.
		const after = await choose(context, goal, administration);
		return after.kind === 'nothing' ? {kind: 'done'} : {kind: 'impossible', reason: 'BringUpFailed', message: `Neo4j refuses \`${text}\`: ${refusal}`};
	}
};
