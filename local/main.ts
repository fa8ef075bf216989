/**
`npm start`: the main job on the embedded runtime. See `--help`.
*/
import {
	mkdir, mkdtemp, rm, writeFile,
} from 'node:fs/promises';
import {once} from 'node:events';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {pino} from 'pino';
import {startTour} from './tour/tour.ts';

const help = `npm start [-- OPTIONS]

Runs the backup functions on an embedded Kubernetes: a small API server, eventing, a node
and a Neo4j that are stand-ins, all on this machine and on ports of the loopback that
happen to be free. It applies knative/base and examples/quickstart, and tells what happens:
which run is due, its Job, the artifacts proven in the bucket, and what retention deletes.

  --exit-when-done   end with 0 once a scheduled backup has succeeded and a chain has
                     expired, or with 1 and the reason when that takes over five minutes
  --state DIR        keep everything (objects, bucket, logs of Pods) in DIR; without it a
                     temporary folder is used and is gone at the end
  --help             this text
`;

const {values} = parseArgs({options: {'exit-when-done': {type: 'boolean'}, state: {type: 'string'}, help: {type: 'boolean'}}});

const run = async (): Promise<number> => {
	if (values.help) {
		process.stdout.write(help);
		return 0;
	}

	const state = values.state ? path.resolve(values.state) : await mkdtemp(path.join(tmpdir(), 'neo4j-backup-'));
	await mkdir(state, {recursive: true});
	const log = pino({level: 'info'}, pino.destination({dest: path.join(state, 'functions.log'), sync: true}));
	const tour = await startTour({state, log, tell});
	const kubeconfig = path.join(state, 'kubeconfig');
	await writeFile(kubeconfig, tour.runtime.kubeconfig);
	introduce({kubeconfig, state, bucketFolder: tour.bucketFolder});
	const stopper = new AbortController();
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => {
			stopper.abort();
		});
	}

	try {
		return await (values['exit-when-done'] ? untilDone(tour.finished, stopper) : untilStopped(tour.finished, stopper.signal));
	} finally {
		await tour.close();
		if (!values.state) {
			await rm(state, {recursive: true, force: true});
		}
	}
};

const tell = (line: string): void => {
	console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);
};

const introduce = ({kubeconfig, state, bucketFolder}: {kubeconfig: string; state: string; bucketFolder: string}): void => {
	console.log(`The functions run on an embedded Kubernetes. Its API server, eventing, node and Neo4j are stand-ins.

  export KUBECONFIG=${kubeconfig}
  kubectl get neo4jbackup -n neo4j -o wide -w
  kubectl describe neo4jbackup quickstart -n neo4j
  kubectl logs -n neo4j -l neo4j.com/backup=quickstart --tail=100
  kubectl annotate neo4jbackup quickstart -n neo4j --overwrite neo4j.com/run-now="$(date +%s)"

Backups lie in ${bucketFolder}, the functions' log in ${path.join(state, 'functions.log')}.
The schedule is due at each full minute. Ctrl-C ends everything.
`);
};

const untilDone = async (finished: (signal: AbortSignal) => Promise<void>, stopper: AbortController): Promise<number> => {
	const signal = AbortSignal.any([stopper.signal, AbortSignal.timeout(5 * 60_000)]);
	await finished(signal);
	if (!signal.aborted) {
		tell('done     a scheduled backup has succeeded, and a chain has expired');
		return 0;
	}

	console.error(stopper.signal.aborted ? 'Stopped before the tour was over.' : 'No scheduled backup had succeeded and no chain expired within five minutes. The functions.log of a run with --state says more.');
	return 1;
};

const untilStopped = async (finished: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<number> => {
	await finished(signal);
	if (!signal.aborted) {
		tell('The tour is over; the schedule goes on. Ctrl-C ends everything.');
		await once(signal, 'abort');
	}

	return 0;
};

process.exitCode = await run();
