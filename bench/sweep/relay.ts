#!/usr/bin/env node
/**
Stands between a client and a server and holds back every byte for half of a round trip, each way: `node relay.ts PORT MILLISECONDS` prints the port that it listens on. It ends with its standard input.
*/
import {once} from 'node:events';
import {
	connect, createServer, type AddressInfo, type Socket,
} from 'node:net';
import process from 'node:process';

const [port, roundTrip] = process.argv.slice(2).map(Number) as [number, number];

const pass = (from: Socket, to: Socket): void => {
	from.on('data', chunk => {
		setTimeout(() => {
			to.write(chunk);
		}, roundTrip / 2);
	});
	from.on('close', () => {
		setTimeout(() => {
			to.destroy();
		}, roundTrip / 2);
	});
	from.on('error', () => undefined);
};

const server = createServer({noDelay: true}, incoming => {
	const outgoing = connect({port, host: '127.0.0.1', noDelay: true});
	pass(incoming, outgoing);
	pass(outgoing, incoming);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log((server.address() as AddressInfo).port);
process.stdin.resume();
await once(process.stdin, 'end');
process.exit();
