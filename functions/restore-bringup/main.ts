import process from 'node:process';
import {readConfig} from './config.ts';
import {createHandle} from './handle.ts';
import {serve} from '#shared/events/listen.ts';
import {createLog} from '#shared/log.ts';

const log = createLog('restore-bringup');
const {service, ...dependencies} = readConfig(process.env, log);
await serve({
	name: 'restore-bringup', handle: createHandle(dependencies), log, port: service.port,
});
