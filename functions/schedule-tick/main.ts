import process from 'node:process';
import {readConfig} from './config.ts';
import {createHandle} from './handle.ts';
import {serve} from '#shared/events/listen.ts';
import {createLog} from '#shared/log.ts';

const log = createLog('schedule-tick');
const {service, ...dependencies} = readConfig(process.env, log);
await serve({
	name: 'schedule-tick', handle: createHandle(dependencies), log, port: service.port,
});
