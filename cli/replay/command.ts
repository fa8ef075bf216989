import {Command, Option} from 'commander';
import {connectWith, type ConnectOptions} from '../connect.ts';
import {readNamed} from '../files.ts';
import {withProgress, type Surroundings} from '../streams.ts';
import {renderTable} from '../table.ts';
import {readEvents, type StoredEvent} from './read-events.ts';
import {backupApiVersion} from '#shared/api/group.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {buildReconcileRequest} from '#shared/events/build-event.ts';

type ReplayOptions = ConnectOptions & {readonly sink: string; readonly filename?: string; readonly handler: string};

const handlers = ['launch-backup', 'job-completed', 'retention-sweep'];

/** As long as a Broker may take to store an event. */
const timeoutMs = 30_000;

/**
`replay`: posts events to the Broker again, or asks a function to look at one Neo4jBackup at once. Each function does only what is still to be done, so that nothing happens twice.
*/
export const replayCommand = (surroundings: Surroundings): Command => new Command('replay')
	.description('Posts events again, from a file or from the log of dead-letter, or has a function look at a Neo4jBackup at once. '
		+ 'What was done already is not done again.')
	.argument('[name]', 'name of the Neo4jBackup to look at')
	.requiredOption('--sink <url>', 'address of the Broker: http://localhost:8080/neo4j-backup/neo4j-backup after kubectl -n knative-eventing port-forward service/broker-ingress 8080:80')
	.option('-f, --filename <file>', 'CloudEvents as JSON, one or one a line, or the log of dead-letter; - for standard input')
	.addOption(new Option('--handler <function>', 'the function that looks').choices(handlers).default(handlers[0]))
	.option('-n, --namespace <namespace>', 'namespace of the Neo4jBackup (that of the kubeconfig\'s context)')
	.option('--kubeconfig <file>', 'kubeconfig to use ($KUBECONFIG, or ~/.kube/config)')
	.option('--context <name>', 'context of the kubeconfig')
	.action(async (name: string | undefined, options: ReplayOptions) => {
		await replay(surroundings, name, options);
	});

const replay = async (surroundings: Surroundings, name: string | undefined, options: ReplayOptions): Promise<void> => {
	if ((name === undefined) === (options.filename === undefined)) {
		throw new ConfigurationError('Say which Neo4jBackup to look at, or name a file of events with -f, and not both');
	}

	if (!/^https?:\/\//iv.test(options.sink) || !URL.canParse(options.sink)) {
		throw new ConfigurationError(`--sink: ${options.sink} is no http or https address`);
	}

	const events = name === undefined ? await eventsOfFile(options.filename!) : [await requestFor(name, options, surroundings.now())];
	const answers: Array<{readonly event: StoredEvent; readonly answer: string; readonly isAccepted: boolean}> = [];
	await withProgress(surroundings, `Posting to ${new URL(options.sink).host}`, async progress => {
		for (const event of events) {
			answers.push({event, ...await post(options.sink, event)});
			progress(`${answers.length} of ${events.length}`);
		}
	});

	surroundings.write(renderTable([{header: 'TYPE'}, {header: 'ID'}, {header: 'ANSWER'}], answers.map(({event: {type, id}, answer}) => [type, id, answer])));
	const refused = answers.filter(({isAccepted}) => !isAccepted);
	if (refused.length > 0) {
		throw new ConfigurationError(`${refused.length} of ${answers.length} events not accepted by ${new URL(options.sink).host}: correct --sink or what the answer names, and replay again; what was accepted does no harm a second time`);
	}
};

const eventsOfFile = async (file: string): Promise<readonly StoredEvent[]> => readEvents(await readNamed('-f', file), file);

const requestFor = async (name: string, options: ReplayOptions, time: Date): Promise<StoredEvent> => {
	const {kube, namespace} = connectWith(options);
	const object = await kube.get({
		apiVersion: backupApiVersion, kind: 'Neo4jBackup', namespace, name,
	});
	if (!object) {
		throw new ConfigurationError(`there is no Neo4jBackup ${name} in namespace ${namespace}: correct the name, or choose a namespace with -n`);
	}

	return {
		...buildReconcileRequest({
			object, handler: options.handler, time, reason: 'asked for by kubectl neo4j-backup replay',
		}),
	};
};

const post = async (sink: string, event: StoredEvent): Promise<{readonly answer: string; readonly isAccepted: boolean}> => {
	try {
		const response = await fetch(sink, {
			method: 'POST', headers: {'content-type': 'application/cloudevents+json'}, body: JSON.stringify(event), redirect: 'manual', signal: AbortSignal.timeout(timeoutMs),
		});
		const text = await response.text();
		return {isAccepted: response.ok, answer: response.ok ? 'accepted' : `HTTP ${response.status} ${text.trim().split('\n')[0]!.slice(0, 200)}`.trim()};
	} catch {
		return {isAccepted: false, answer: 'no answer'};
	}
};
