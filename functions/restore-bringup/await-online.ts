import {askTarget, UnreachableError} from './ask-target.ts';
import {besides} from './besides.ts';
import {wasStopped} from './bring-database-up.ts';
import {pauseFor} from './deps.ts';
import {expectedTransaction} from './expected-transaction.ts';
import {limits, sinceStep} from './limits.ts';
import {onlineVerdict, type Verdict} from './online-verdict.ts';
import {mayHaveChangedData, type Neo4jRestore} from '#shared/restore/status.ts';
import {type Step, type StepContext} from '#shared/restore/step.ts';

/** How often and how long a call looks; what takes longer the scan looks at again. */
const looks = 10;
const betweenMs = 2000;
const forMs = 20_000;

/**
Waits until the database is online with the restored data on every server that it is on. After a failure it only looks whether the database is online again, and says so.
*/
export const awaitOnline: Step = async context => {
	const {restore} = context;
	const {failure} = restore.status ?? {};
	if (failure && (restore.status?.broughtUpAt === undefined || !wasStopped(restore))) {
		return {kind: 'done'};
	}

	const verdict = await watch(context, failure ? undefined : expectedTransaction(restore));
	if (failure) {
		return {kind: 'done', status: {failure: besides(failure, verdict.kind === 'online' ? `Database ${restore.spec.databaseName} is online again, ${contentOf(restore)}` : `Database ${restore.spec.databaseName} was started again; when that was last looked at, ${verdict.message}`)}};
	}

	switch (verdict.kind) {
		case 'online': {
			return {kind: 'done', message: `Database ${restore.spec.databaseName} is online`};
		}

		case 'notYet': {
			return {kind: 'waiting', reason: 'DatabaseStarting', message: `Waits: ${verdict.message}`};
		}

		case 'failed': {
			return {kind: 'failed', reason: verdict.reason, message: `${capital(verdict.message)}. The servers' debug.log says why`};
		}
	}
};

/** A server that has no others has nothing but its volume, whatever the Job made of it. */
const contentOf = (restore: Neo4jRestore): string => restore.status?.target?.replicas === 1 && mayHaveChangedData(restore)
	? 'with what lies on its volume now, which the Job may have replaced in whole or in part: look at it before you go on'
	: 'with what it held';

const watch = async (context: StepContext, lastTransaction: number | undefined): Promise<Verdict> => {
	const end = performance.now() + forMs;
	for (let look = 1; ; look++) {
		const verdict = await lookOnce(context, lastTransaction);
		if (verdict.kind !== 'notYet' || look === looks || performance.now() > end) {
			return verdict;
		}

		await pauseFor(context, betweenMs);
	}
};

const lookOnce = async (context: StepContext, lastTransaction: number | undefined): Promise<Verdict> => {
	const {restore, now} = context;
	const database = restore.spec.databaseName;
	const waited = sinceStep(restore, now);
	try {
		const allocations = await askTarget(context, async administration => administration.allocationsOf(database));
		return onlineVerdict(allocations, {database, lastTransaction, waited});
	} catch (error) {
		if (!(error instanceof UnreachableError)) {
			throw error;
		}

		return waited < limits.online ? {kind: 'notYet', message: error.message} : {kind: 'failed', reason: 'DatabaseNotOnline', message: error.message};
	}
};

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
