import process from 'node:process';
import {readConfig} from './config.ts';
import {createHandle} from './handle.ts';
import {serve} from '#shared/events/listen.ts';
import {createLog} from '#shared/log.ts';

const log = createLog('noobaa-database');
const {service, ...dependencies} = readConfig(process.env, log);
await serve({
	name: 'noobaa-database', handle: createHandle(dependencies), log, port: service.port,
});
