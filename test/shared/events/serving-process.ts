import {once} from 'node:events';
import process from 'node:process';
import {serve} from '#shared/events/listen.ts';
import {readServiceConfig} from '#shared/events/service-config.ts';
import {createLog} from '#shared/log.ts';

// A function whose handling goes on until its standard input says so; a process of its own, because it ends by SIGTERM.
await serve({
	name: 'serving-process',
	log: createLog('serving-process'),
	port: readServiceConfig(process.env).port,
	async handle(event, {log}) {
		log.info('handling');
		if (event.type === 'com.example.slow') {
			await once(process.stdin, 'data');
		}
	},
});
