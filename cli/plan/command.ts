import {readFile, writeFile} from 'node:fs/promises';
import {Command, InvalidArgumentError, Option} from 'commander';
import {connectWith, type ConnectOptions} from '../connect.ts';
import {withProgress, type Surroundings} from '../streams.ts';
import {backupFromFile} from './backup-file.ts';
import {renderHtml} from './html.ts';
import {planFormats, type PlanFormat} from './formats.ts';
import {renderPlan} from './render-plan.ts';
import {renderSimulation} from './render-simulation.ts';
import {readPlan} from './read-plan.ts';
import {simulateBackup} from './simulate-backup.ts';
import {bytesOf} from '#shared/api/quantity.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {parseDuration} from '#shared/schedule/duration.ts';

type PlanOptions = ConnectOptions & {
	readonly output: PlanFormat;
	readonly filename?: string;
	readonly simulate?: number;
	readonly databases: readonly string[];
	readonly fullSize: number;
	readonly diffSize: number;
	readonly html?: string;
};

/**
`plan`: what retention would do with each backup of a CR, and why, or what a schedule and a policy lead to. It writes nothing anywhere.
*/
export const planCommand = (surroundings: Surroundings): Command => new Command('plan')
	.description('Shows what retention does with each backup of a Neo4jBackup and why, without touching anything. '
		+ 'With -f and --simulate it needs no cluster: it plays schedule and policy forward.')
	.argument('[name]', 'name of the Neo4jBackup')
	.option('-n, --namespace <namespace>', 'namespace of the Neo4jBackup (that of the kubeconfig\'s context)')
	.option('--kubeconfig <file>', 'kubeconfig to use ($KUBECONFIG, or ~/.kube/config)')
	.option('--context <name>', 'context of the kubeconfig')
	.addOption(new Option('-o, --output <format>', 'form of the result').choices(planFormats).default('table'))
	.option('-f, --filename <file>', 'manifest of a Neo4jBackup to simulate, - for standard input')
	.option('--simulate <duration>', 'how far to play forward: 90d, 26w', readDuration)
	.option('--databases <names>', 'databases to simulate, separated by commas', text => text.split(',').filter(Boolean), ['neo4j'])
	.option('--full-size <size>', 'size of a full backup of one database in a simulation', readSize, 10e9)
	.option('--diff-size <size>', 'size of a differential one', readSize, 1e9)
	.option('--html <file>', 'writes a page with a timeline of the chains too')
	.action(async (name: string | undefined, options: PlanOptions) => {
		await (options.filename === undefined && options.simulate === undefined
			? showPlan(surroundings, name, options)
			: showSimulation(surroundings, name, options));
	});

const showPlan = async (surroundings: Surroundings, name: string | undefined, options: PlanOptions): Promise<void> => {
	if (name === undefined) {
		throw new ConfigurationError('name: say which Neo4jBackup, or simulate a manifest with -f FILE --simulate 90d');
	}

	const {kube, namespace} = connectWith(options);
	const report = await withProgress(surroundings, `Reading the catalogue of ${namespace}/${name}`, async () => readPlan(kube, {namespace, name}));
	await writePage(options, renderHtml({plan: report}));
	surroundings.write(renderPlan(report, options.output));
};

const showSimulation = async (surroundings: Surroundings, name: string | undefined, options: PlanOptions): Promise<void> => {
	const {filename, simulate: forward, databases, fullSize, diffSize} = options;
	if (filename === undefined || forward === undefined || name !== undefined) {
		throw new ConfigurationError('--simulate goes with -f FILE and without a name: plan -f backup.yaml --simulate 90d');
	}

	if (options.output === 'wide') {
		throw new ConfigurationError('--output: a simulation has no wide form; use table, json or yaml');
	}

	const backup = backupFromFile(filename, filename === '-' ? await standardInput() : await readFile(filename, 'utf8'));
	const report = await withProgress(surroundings, 'Playing the schedule forward', async () => simulateBackup(backup, {
		databases, days: Math.ceil(forward / dayMs), from: surroundings.now(), sizes: {full: fullSize, differential: diffSize},
	}));
	await writePage(options, renderHtml({simulation: report}));
	surroundings.write(renderSimulation(report, options.output));
};

const dayMs = 24 * 60 * 60_000;

const writePage = async ({html}: PlanOptions, page: string): Promise<void> => {
	if (html !== undefined) {
		await writeFile(html, page);
	}
};

const standardInput = async (): Promise<string> => readFile('/dev/stdin', 'utf8');

const readDuration = (text: string): number => {
	try {
		return parseDuration(text, '--simulate');
	} catch (error) {
		throw new InvalidArgumentError((error as Error).message);
	}
};

const readSize = (text: string): number => {
	const bytes = bytesOf(text);
	if (bytes === undefined) {
		throw new InvalidArgumentError('It must be a size such as 500M, 10G or 1.5Ti.');
	}

	return bytes;
};

