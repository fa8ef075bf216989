/**
The embedded eventing as the process of a Pod: it delivers what the Brokers, Triggers and sources of a real API server say, where Knative itself cannot be had. It needs the rights of `test/e2e/install/eventing.yaml`.
*/
import process from 'node:process';
import {KubeConfig} from '@kubernetes/client-node';
import {startControl} from './control.ts';
import {resolveInCluster} from './resolve-in-cluster.ts';
import {startEventing} from './start.ts';
import {createLog} from '#shared/log.ts';

const log = createLog('eventing');
const config = new KubeConfig();
config.loadFromDefault();
const kubeconfig = config.exportConfig();
const stopper = new AbortController();

const eventing = await startEventing({
	kubeconfig,
	log,
	resolve: await resolveInCluster(kubeconfig, {log, signal: stopper.signal}),
	ingress: {host: '0.0.0.0', port: 8080, url: 'http://broker-ingress.knative-eventing.svc.cluster.local'},
	impersonate: true,
});
await startControl(eventing, 8081);
log.info('stand-in for Knative Eventing, no real Knative');

for (const signal of ['SIGTERM', 'SIGINT']) {
	process.once(signal, () => {
		stopper.abort();
		void eventing.close().finally(() => {
			process.exit(0);
		});
	});
}
