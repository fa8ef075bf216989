/**
Loaded into a function's process before it: counts its HTTP requests to the API server, and tells their number when the process ends.
*/
import {subscribe} from 'node:diagnostics_channel';
import process from 'node:process';

let requests = 0;
subscribe('undici:request:create', message => {
	const {request} = message as {readonly request: {readonly path: string}};
	if (/^\/apis?\//v.test(request.path)) {
		requests++;
	}
});

process.on('exit', () => {
	process.stderr.write(`requests: ${requests}\n`);
});
