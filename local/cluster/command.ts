import {once} from 'node:events';
import process from 'node:process';
import {readKubeconfig} from './kubeconfig.ts';
import {startOnCluster, type ClusterRun} from './run.ts';
import {embeddedFunctions, type EmbeddedSettings} from '#local/functions.ts';
import {logFile, type Session} from '#local/session.ts';
import {tellEvents} from '#local/tour/narrate.ts';
import {present} from '#shared/present.ts';
import {readEndpoints} from '#shared/runs/location.ts';
import {parseDuration} from '#shared/schedule/duration.ts';

export type ClusterCommand = {
	readonly kubeconfig: string;
	readonly context: string | undefined;
	readonly image: string | undefined;
};

/**
Runs the functions against the cluster of a kubeconfig until Ctrl-C. Answers the exit code.
*/
export const runCommand = async ({state, log, tell, stopped}: Session, {kubeconfig, context, image = 'neo4j-backup-functions:dev'}: ClusterCommand): Promise<number> => {
	const kubeConfig = await readKubeconfig(kubeconfig, context);
	const where = `the context ${kubeConfig.getCurrentContext()}, ${kubeConfig.getCurrentCluster()!.server}`;
	const functions = embeddedFunctions({...readSettings(process.env), image, hosts: () => ({})});
	console.log(`Looking at the cluster of ${where} …`);
	let run: ClusterRun | undefined;
	try {
		run = await startOnCluster({
			kubeConfig, functions, log, signal: stopped,
		});
		introduce(run, {where, image, log: logFile(state)});
		void tellEvents(run.eventing, (line, {event}) => {
			tell(`${backupOf(event.attributes['source'] ?? '')}  ${line}`);
		}, stopped);
		if (!stopped.aborted) {
			await once(stopped, 'abort');
		}
	} catch (error) {
		if (!stopped.aborted) {
			throw error;
		}
	} finally {
		await run?.close();
	}

	return 0;
};

/** The environment that an installation gives to `launch-backup`, `launch-restore` and `retention-sweep`. */
const readSettings = (environment: NodeJS.ProcessEnv): Omit<EmbeddedSettings, 'image' | 'hosts'> => ({
	graceMs: parseDuration(environment['RETENTION_GRACE'] || '10m', 'RETENTION_GRACE'), // eslint-disable-line @typescript-eslint/prefer-nullish-coalescing -- an empty variable is an absent one
	endpoints: readEndpoints(environment),
	...present({region: environment['AWS_REGION'], storageAccount: environment['AZURE_STORAGE_ACCOUNT']}),
});

const introduce = ({created, different, brokerUrl}: ClusterRun, {where, image, log}: {readonly where: string; readonly image: string; readonly log: string}): void => {
	const notes = [
		...created.map(name => `Created the CustomResourceDefinition ${name}, which was missing.\n`),
		...different.map(name => `The CustomResourceDefinition ${name} is not the one of this checkout, and stays as it is: fields may be lost. \`kubectl apply -k crds\` brings this one.\n`),
	];
	console.log(`${notes.join('')}The functions run on this machine, for the cluster of ${where}. Eventing is a stand-in.

  Jobs run the image ${image}
  events are posted by hand to ${brokerUrl}
  the functions' log is ${log}

Schedules are looked at on each full minute. Ctrl-C ends the functions; Neo4jBackups, Jobs that
run, backups and CRDs stay in the cluster.
`);
};

/** `namespace/name` of the Neo4jBackup that an event is about. */
const backupOf = (source: string): string => source.split('/').filter((_, index, parts) => [parts.length - 3, parts.length - 1].includes(index)).join('/');
