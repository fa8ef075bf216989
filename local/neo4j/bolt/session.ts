import {type Socket} from 'node:net';
import {BoltFailure, unauthorized} from './failure.ts';
import {pack, Structure, type Value} from './packstream.ts';
import {type Answer, type Invocation} from './statement.ts';
import {unpack} from './unpack.ts';
import {
	chooseVersion, chunk, createReader, magic, readMessages,
} from './wire.ts';

export type SessionOptions = {
	readonly version: string;
	readonly user: string;
	readonly password: string;
	/** Runs a statement or throws a `BoltFailure`. */
	readonly run: (invocation: Invocation) => Promise<Answer>;
	/** Host:port that a routing table names when the client does not say how it came here. */
	readonly address: () => string;
	/** A number for the connection. */
	readonly id: number;
};

type Fields = Readonly<Record<string, Value>>;

type State = {
	isAuthenticated: boolean;
	/** After a failure everything is ignored until RESET. */
	hasFailed: boolean;
	/** Database of the open transaction. */
	transaction: string | undefined;
	answer: Answer | undefined;
	rowsSent: number;
};

const request = {
	HELLO: 0x01, GOODBYE: 0x02, RESET: 0x0F, RUN: 0x10, BEGIN: 0x11, COMMIT: 0x12, ROLLBACK: 0x13, DISCARD: 0x2F, PULL: 0x3F, TELEMETRY: 0x54, ROUTE: 0x66, LOGON: 0x6A, LOGOFF: 0x6B,
} as const;

const success = (metadata: Fields = {}): Structure => new Structure(0x70, [metadata]);
const record = (values: readonly Value[]): Structure => new Structure(0x71, [values]);
const ignored = new Structure(0x7E, []);

/**
Serves one connection until it ends: handshake, then one reply, or a stream of them, to each message.
*/
export const serveSession = async (socket: Socket, options: SessionOptions): Promise<void> => {
	const read = createReader(socket);
	const start = await read(20);
	const version = start?.subarray(0, 4).every((byte, index) => byte === magic[index]) === true ? chooseVersion(start.subarray(4)) : undefined;
	if (version === undefined) {
		socket.end(new Uint8Array(4));
		return;
	}

	socket.write(version);
	const state: State = {
		isAuthenticated: false, hasFailed: false, transaction: undefined, answer: undefined, rowsSent: 0,
	};
	for await (const message of readMessages(read)) {
		const {tag, fields} = unpack(message) as Structure;
		if (tag === request.GOODBYE) {
			break;
		}

		for (const reply of await repliesTo(tag, fields, {state, options})) {
			socket.write(chunk(pack(reply)));
		}
	}

	socket.end();
};

type Here = {readonly state: State; readonly options: SessionOptions};

const repliesTo = async (tag: number, fields: readonly Value[], {state, options}: Here): Promise<readonly Structure[]> => {
	if (tag === request.RESET) {
		Object.assign(state, {hasFailed: false, transaction: undefined, answer: undefined});
		return [success()];
	}

	if (state.hasFailed) {
		return [ignored];
	}

	try {
		const needsLogon = tag !== request.HELLO && tag !== request.LOGON;
		if (needsLogon && !state.isAuthenticated) {
			throw unauthorized();
		}

		const reply = replies[tag];
		if (reply === undefined) {
			throw new BoltFailure('Neo.ClientError.Request.Invalid', `The stand-in does not know message ${tag}.`);
		}

		return await reply(fields, {state, options});
	} catch (error) {
		state.hasFailed = true;
		return [failure(error)];
	}
};

const failure = (error: unknown): Structure => {
	const {code, message} = error instanceof BoltFailure ? error : new BoltFailure('Neo.DatabaseError.General.UnknownError', String(error));
	// `code` is read up to Bolt 5.6, `neo4j_code` and what GQL adds from 5.7.
	return new Structure(0x7F, [{
		code, neo4j_code: code, message, gql_status: '50N42', description: 'error: general processing exception - unexpected error', diagnostic_record: {OPERATION: '', OPERATION_CODE: '0', CURRENT_SCHEMA: '/'},
	}]);
};

const asFields = (value: Value | undefined): Fields => (value ?? {}) as Fields;

const replies: Readonly<Record<number, (fields: readonly Value[], here: Here) => readonly Structure[] | Promise<readonly Structure[]>>> = {
	[request.HELLO]: (_, {options: {version, id}}) => [success({
		server: `Neo4j/${version}`, connection_id: `bolt-${id}`, hints: {'telemetry.enabled': false, 'stand-in': true},
	})],
	[request.LOGON]([credentials], {state, options}) {
		const {scheme, principal, credentials: password} = asFields(credentials);
		if (scheme !== 'basic' || principal !== options.user || password !== options.password) {
			throw unauthorized();
		}

		state.isAuthenticated = true;
		return [success()];
	},
	[request.LOGOFF](_, {state}) {
		state.isAuthenticated = false;
		return [success()];
	},
	[request.TELEMETRY]: () => [success()],
	[request.BEGIN]([extra], {state}) {
		state.transaction = databaseOf(extra) ?? '';
		return [success()];
	},
	[request.COMMIT](_, {state}) {
		state.transaction = undefined;
		return [success({bookmark: 'stand-in:1'})];
	},
	[request.ROLLBACK](_, {state}) {
		state.transaction = undefined;
		return [success()];
	},
	async [request.RUN]([query, parameters, extra], {state, options}) {
		const database = state.transaction ?? databaseOf(extra) ?? '';
		state.answer = await options.run({query: query as string, parameters: asFields(parameters), database});
		state.rowsSent = 0;
		return [success({fields: state.answer.fields, t_first: 0, qid: 0})];
	},
	[request.PULL]([extra], {state}) {
		const {n = -1} = asFields(extra);
		const {rows} = state.answer ?? {rows: []};
		const end = Number(n) < 0 ? rows.length : state.rowsSent + Number(n);
		const sent = rows.slice(state.rowsSent, end).map(row => record(row));
		state.rowsSent = end;
		return [...sent, end < rows.length ? success({has_more: true}) : lastOf(state)];
	},
	[request.DISCARD]: (_, {state}) => [lastOf(state)],
	[request.ROUTE]([context, , extra], {options}) {
		const {address} = asFields(context);
		const addresses = [typeof address === 'string' ? address : options.address()];
		const servers = ['ROUTE', 'READ', 'WRITE'].map(role => ({role, addresses}));
		return [success({rt: {ttl: 300, db: databaseOf(extra) ?? 'neo4j', servers}})];
	},
};

const databaseOf = (extra: Value | undefined): string | undefined => {
	const {db} = asFields(extra);
	return typeof db === 'string' ? db : undefined;
};

const lastOf = ({answer}: State): Structure => success({type: answer?.isUpdate === true ? 's' : 'r', t_last: 0, db: 'system'});
