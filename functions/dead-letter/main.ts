import process from 'node:process';
import {createHandle} from './handle.ts';
import {serve} from '#shared/events/listen.ts';
import {readServiceConfig} from '#shared/events/service-config.ts';
import {defaultKubeClient} from '#shared/kube/in-cluster.ts';
import {createLog} from '#shared/log.ts';

const {port} = readServiceConfig(process.env);
await serve({
	name: 'dead-letter', handle: createHandle({kube: defaultKubeClient()}), log: createLog('dead-letter'), port,
});
