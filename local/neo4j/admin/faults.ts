import {type Context} from './console.ts';

/**
What the stand-in is told to do wrong, as JSON in `STAND_IN_FAULTS`. Names are names of databases.
*/
export type Faults = {
	/** These databases always fail. */
	readonly fail?: readonly string[];
	/** These fail once; the DBMS remembers, so that a retried pod succeeds. */
	readonly failOnce?: readonly string[];
	/** Ends at once with exit 0 and writes nothing. */
	readonly exit0WithNothing?: boolean;
	/** Reports every artifact as finished and writes none. */
	readonly uploadSwallowed?: boolean;
	/** Never ends. */
	readonly hang?: boolean;
	/** Ends at once with this code and writes nothing. */
	readonly exitCode?: number;
	/** Does its work and ends with this code all the same. */
	readonly exitCodeAfterwards?: number;
	/** Artifacts of these databases get a wrong byte, which only reading their content shows. */
	readonly damage?: readonly string[];
	/** The stores of these databases are inconsistent in themselves, which only `database check` shows. */
	readonly inconsistent?: readonly string[];
	/** Artifacts of these databases lack their end. */
	readonly truncate?: readonly string[];
	/** Dies by this signal once the first database is staged and nothing is written. */
	readonly kill?: NodeJS.Signals;
};

export const readFaults = ({env}: Pick<Context, 'env'>): Faults => JSON.parse(env['STAND_IN_FAULTS'] ?? '{}') as Faults;
