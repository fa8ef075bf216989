import {type Database} from '../database.ts';
import {type Dbms} from '../dbms.ts';
import {boltAddress} from './show-servers.ts';
import {type Answer, type Invocation} from './statement.ts';
import {type Tokens} from './tokens.ts';

/** `WAIT`, `WAIT 10 SECONDS` or `NOWAIT`, as a part of a pattern. */
export const waitPattern = String.raw`(?: (?<wait>WAIT)(?: \d+(?: SEC(?:OND)?S?)?)?| NOWAIT)?`;

/**
Reads the clause where a statement is read word by word. The stand-in does at once what it does, so that there is nothing to wait for.
*/
export const readWait = (tokens: Tokens): boolean => {
	if (tokens.accept('NOWAIT') || !tokens.accept('WAIT')) {
		return false;
	}

	if (/^\d+$/v.test(tokens.peek() ?? '')) {
		tokens.next();
		for (const unit of ['SECONDS', 'SECOND', 'SECS', 'SEC']) {
			tokens.accept(unit);
		}
	}

	return true;
};

/**
What a statement answers: nothing, or with WAIT in Cypher 5 how far each server is. Cypher 25 has notifications instead.
*/
export const answerOf = (database: Database | undefined, dbms: Dbms, {waits, invocation}: {readonly waits: boolean; readonly invocation: Invocation}): Answer => {
	if (!waits || isCypher25(invocation)) {
		return {fields: [], rows: [], isUpdate: true};
	}

	const servers = dbms.servers.filter(({address}) => database === undefined || database.servers.includes(address));
	return {
		fields: ['address', 'state', 'message', 'success'],
		rows: servers.map(server => {
			const failure = database?.failures.get(server.address);
			const isDone = server.reachable && (database === undefined || failure !== undefined || database.state === database.status);
			return [boltAddress(server), ...(failure === undefined ? (isDone ? ['CaughtUp', 'caught up', true] : ['Incomplete', 'server is still catching up', false]) : ['Failed', failure, false])];
		}),
		isUpdate: true,
	};
};

/**
Whether a statement chose Cypher 25; the default language of the stand-in is Cypher 5.
*/
export const isCypher25 = ({query}: Invocation): boolean => /^\s*CYPHER\s+25\b/iv.test(query);
