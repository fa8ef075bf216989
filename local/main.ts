/**
`npm start`: the main job on the embedded runtime, or the functions against a cluster. See `--help`.
*/
import process from 'node:process';
import {parseArgs} from 'node:util';
import {runCommand as runOnCluster} from './cluster/command.ts';
import {inSession} from './session.ts';
import {runTour} from './tour/run.ts';
import {ConfigurationError, toError} from '#shared/errors.ts';

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

With --kubeconfig it runs the functions on this machine against a cluster that is there
already, and that you may break: its Neo4jBackups are served as an installation would, its
nodes run the Jobs, and what expires is deleted. Eventing is the embedded one, with what
knative/base says; the cluster needs no Knative. CRDs of Neo4jBackup and Neo4jRestore are
created where they are missing; nothing else is applied.

  --kubeconfig FILE  of that cluster, by its current context
  --context NAME     another context of it
  --image IMAGE      the image of this project that the Jobs run, which the cluster must have
                     or be able to pull; default neo4j-backup-functions:dev, as in the overlay dev
  --state DIR        keep the functions' log in DIR

Grace, region and endpoints of stores are set by the environment variables of docs/installing.md.
`;

const options = {
	'exit-when-done': {type: 'boolean'}, state: {type: 'string'}, kubeconfig: {type: 'string'}, context: {type: 'string'}, image: {type: 'string'}, help: {type: 'boolean'},
} as const;

const run = async (): Promise<number> => {
	const {values: {kubeconfig, context, image, state, ...flags}} = parseArgs({options});
	if (flags.help) {
		process.stdout.write(help);
		return 0;
	}

	if (kubeconfig === undefined) {
		refuse({'--context': context, '--image': image}, 'is about the cluster of a kubeconfig: name that too, with --kubeconfig FILE.');
		return inSession(state, async session => runTour(session, {exitWhenDone: flags['exit-when-done'] ?? false}));
	}

	refuse({'--exit-when-done': flags['exit-when-done']}, 'is the end of the tour on the embedded Kubernetes: leave it out, or leave out --kubeconfig.');
	return inSession(state, async session => runOnCluster(session, {kubeconfig, context, image}));
};

const refuse = (given: Readonly<Record<string, unknown>>, why: string): void => {
	const name = Object.keys(given).find(option => given[option] !== undefined);
	if (name !== undefined) {
		throw new ConfigurationError(`${name} ${why}`);
	}
};

/** What somebody can mend says all by itself. */
const isOfUser = (error: unknown): boolean => error instanceof ConfigurationError || String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS_');

try {
	process.exitCode = await run();
} catch (error) {
	console.error(isOfUser(error) ? `${toError(error).message}\n(add --help for the options)` : error);
	process.exitCode = 1;
}
