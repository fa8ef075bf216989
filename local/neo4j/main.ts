/**
One server of the stand-in DBMS as the process of a Pod, configured by its environment: `STAND_IN_SERVERS` (backup addresses of all servers, by ordinal), `STAND_IN_DATABASES`, `STAND_IN_USERNAME`, `STAND_IN_PASSWORD` and `NEO4J_VERSION`. The first Pod holds the DBMS; the others pass on what comes to them, so that all tell the same.

What the first server has lies at `/data`, so that a restore on its volume is one, and what the others have below `/data/other-servers`, because their volumes are out of reach: they outvote the first one as real ones do, but a Job on a volume of theirs changes nothing, and they are up while the first Pod is.
*/
import {hostname} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {startControl} from './control.ts';
import {forward} from './forward.ts';
import {startDbms} from './server.ts';

const {env} = process;
const servers = (env['STAND_IN_SERVERS'] ?? `${hostname()}:6362`).split(',');
const ordinal = Number(/-(?<ordinal>\d+)$/v.exec(hostname())?.groups?.['ordinal'] ?? 0);
const boltPort = 7687;

/** The first Pod listens for every server, on a port each, because the DBMS wants to know which one was asked. */
const backupPort = (index: number): number => 6362 + index;

const data = env['STAND_IN_DATA'] ?? '/data';
let end = async (): Promise<void> => undefined;

console.log('NOTE: stand-in for a server of Neo4j, no real Neo4j');

if (ordinal === 0) {
	const dbms = await startDbms({
		servers,
		version: (env['NEO4J_VERSION'] ?? '').replace(/-enterprise$/v, ''),
		databases: (env['STAND_IN_DATABASES'] ?? 'neo4j').split(','),
		user: env['STAND_IN_USERNAME'] ?? 'neo4j',
		password: env['STAND_IN_PASSWORD'] ?? '',
		dataFolder: address => address === servers[0] ? data : join(data, 'other-servers', address.split('.', 1)[0]!),
		environment: () => env,
		log: console.error,
		ports: {host: '0.0.0.0', backup: address => backupPort(servers.indexOf(address)), bolt: boltPort},
	});
	await startControl(dbms, 7474);
	end = dbms.close;
} else {
	const [first = ''] = servers[0]!.split(':');
	await forward(6362, {host: first, port: backupPort(ordinal)});
	await forward(boltPort, {host: first, port: boltPort});
}

for (const signal of ['SIGTERM', 'SIGINT']) {
	process.once(signal, () => {
		// The locks are released: a restore on the volume finds them gone.
		void end().finally(() => {
			process.exit(0);
		});
	});
}
