/**
`npm run bench:tick`: how long after its instant each of many backups that are due in one minute has its Job. See `--help`.
*/
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {measureTick} from './tick/measure.ts';
import {wholeNumber} from './whole-number.ts';
import {ownCluster} from '#test/e2e/cluster/own-cluster.ts';
import {startCluster} from '#test/e2e/cluster/start.ts';

const help = `npm run bench:tick [-- OPTIONS]

Creates Neo4jBackups on a real API server, many of them due in one minute, and measures how
long after that minute began each has its Job; beside it, in the same run, the bare writes
that such a run cannot do without (one status, its Job), by the same client and as many at
once, and as many CronJobs of Kubernetes' own with the same Pods. No node takes part, so that
the Pods stay Pending.

  --backups N        Neo4jBackups in all (10000)
  --due N            of them due in one minute, and CronJobs (1000)
  --kubeconfig FILE  an API server to use, which should have nothing else to do; without it
                     a cluster is started for the run, as npm run e2e does
  --help             this text
`;

const {values} = parseArgs({
	options: {
		backups: {type: 'string', default: '10000'}, due: {type: 'string', default: '1000'}, kubeconfig: {type: 'string'}, help: {type: 'boolean'},
	},
});

const run = async (): Promise<number> => {
	if (values.help) {
		process.stdout.write(help);
		return 0;
	}

	const size = {backups: wholeNumber('backups', values.backups, 6), due: wholeNumber('due', values.due, 6)};
	if (size.due > size.backups) {
		throw new TypeError(`--due ${size.due} is more than --backups ${size.backups}`);
	}

	return values.kubeconfig ? measureTick(values.kubeconfig, size) : onOwnCluster();
};

/** In the cluster's network namespace, so that no relay stands between the clients and the API server. */
const onOwnCluster = async (): Promise<number> => {
	const cluster = await startCluster({
		settings: ownCluster('bench'), log(line) {
			console.log(line);
		},
	});
	try {
		await cluster.stopComponent('kubelet');
		await cluster.stopComponent('kube-scheduler');
		const [program, ...rest] = cluster.inside([process.execPath, ...process.argv.slice(1), '--kubeconfig', cluster.insideKubeconfig]);
		const child = spawn(program, rest, {stdio: 'inherit'});
		await once(child, 'exit');
		return child.exitCode ?? 1;
	} finally {
		await cluster.stop();
	}
};

process.exitCode = await run();
