import process from 'node:process';
import {readConfig} from './config.ts';
import {createHandle} from './handle.ts';
import {serve} from '#shared/events/listen.ts';
import {createLog} from '#shared/log.ts';
import {keepHeapTight} from '#shared/tight-heap.ts';

keepHeapTight();
const log = createLog('retention-sweep');
const {service, ...dependencies} = readConfig(process.env, log);
await serve({
	name: 'retention-sweep', handle: createHandle(dependencies), log, port: service.port,
});
