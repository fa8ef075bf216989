import {ServerResponse} from 'node:http';
import process from 'node:process';

// Loaded before a program that has no clock of a test's own: its dates go on from what its environment says, or later its parent process.
const RealDate = Date;
const {FAKE_TIME: start} = process.env;
let ahead = start === undefined ? 0 : Date.parse(start) - Date.now();

globalThis.Date = class extends RealDate {
	static override now(): number {
		return RealDate.now() + ahead;
	}

	constructor(...given: unknown[]) {
		if (given.length === 0) {
			super(RealDate.now() + ahead);
		} else {
			super(...given as [number]);
		}
	}
} as DateConstructor;

// Node.js dates answers by a clock that nobody can set.
const {writeHead} = ServerResponse.prototype;
ServerResponse.prototype.writeHead = function (...given: unknown[]) {
	this.setHeader('date', new Date().toUTCString());
	return writeHead.apply(this, given as Parameters<typeof writeHead>);
};

process.on('message', (now: number) => {
	ahead = now - RealDate.now();
	process.send!('set');
});
process.channel?.unref();
