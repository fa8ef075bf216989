import {once} from 'node:events';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {startTour} from './tour.ts';
import {logFile, type Session} from '#local/session.ts';

/**
The main job on the embedded runtime, from the start to Ctrl-C or, with `exitWhenDone`, to the end of the tour. Answers the exit code.
*/
export const runTour = async (session: Session, {exitWhenDone}: {readonly exitWhenDone: boolean}): Promise<number> => {
	const {state, tell, stopped} = session;
	const tour = await startTour(session);
	try {
		const kubeconfig = path.join(state, 'kubeconfig');
		await writeFile(kubeconfig, tour.runtime.kubeconfig);
		introduce({kubeconfig, state, bucketFolder: tour.bucketFolder});
		return await (exitWhenDone ? untilDone(tour.finished, {stopped, tell}) : untilStopped(tour.finished, {stopped, tell}));
	} finally {
		await tour.close();
	}
};

type Ending = Pick<Session, 'stopped' | 'tell'>;

const introduce = ({kubeconfig, state, bucketFolder}: {kubeconfig: string; state: string; bucketFolder: string}): void => {
	console.log(`The functions run on an embedded Kubernetes. Its API server, eventing, node and Neo4j are stand-ins.

  export KUBECONFIG=${kubeconfig}
  kubectl get neo4jbackup -n neo4j -o wide -w
  kubectl describe neo4jbackup quickstart -n neo4j
  kubectl logs -n neo4j -l neo4j.com/backup=quickstart --tail=100
  kubectl annotate neo4jbackup quickstart -n neo4j --overwrite neo4j.com/run-now="$(date +%s)"

Backups lie in ${bucketFolder}, the functions' log in ${logFile(state)}.
The schedule is due at each full minute. Ctrl-C ends everything.
`);
};

const untilDone = async (finished: (signal: AbortSignal) => Promise<void>, {stopped, tell}: Ending): Promise<number> => {
	const signal = AbortSignal.any([stopped, AbortSignal.timeout(5 * 60_000)]);
	await finished(signal);
	if (!signal.aborted) {
		tell('done     a scheduled backup has succeeded, and a chain has expired');
		return 0;
	}

	console.error(stopped.aborted ? 'Stopped before the tour was over.' : 'No scheduled backup had succeeded and no chain expired within five minutes. The functions.log of a run with --state says more.');
	return 1;
};

const untilStopped = async (finished: (signal: AbortSignal) => Promise<void>, {stopped, tell}: Ending): Promise<number> => {
	await finished(stopped);
	if (!stopped.aborted) {
		tell('The tour is over; the schedule goes on. Ctrl-C ends everything.');
		await once(stopped, 'abort');
	}

	return 0;
};
