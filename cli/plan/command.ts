import {Command, InvalidArgumentError, Option} from 'commander';
import {connectWith, type ConnectOptions} from '../connect.ts';
import {readNamed, writeNamed} from '../files.ts';
import {withProgress, type Surroundings} from '../streams.ts';
import {backupFromFile} from './backup-file.ts';
import {planFormats, type PlanFormat} from './formats.ts';
import {renderHtml, type Page} from './html.ts';
import {planPage} from './plan-page.ts';
import {readPlan} from './read-plan.ts';
import {renderPlan} from './render-plan.ts';
import {renderSimulation} from './render-simulation.ts';
import {simulateBackup} from './simulate-backup.ts';
import {simulationPage} from './simulation-page.ts';
import {bytesOf} from '#shared/api/quantity.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {parseDuration} from '#shared/schedule/duration.ts';

type PlanOptions = ConnectOptions & {
	readonly output: PlanFormat;
	readonly filename?: string;
	readonly simulate?: number;
	readonly databases?: readonly string[];
	readonly fullSize?: number;
	readonly diffSize?: number;
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
	.option('--simulate <duration>', 'how far to play schedule and policy of -f forward: 90d, 26w', readDuration)
	.option('--databases <names>', 'databases to simulate, separated by commas (neo4j)', readDatabases)
	.option('--full-size <size>', 'size of a full backup of one database in a simulation (10G)', readSize)
	.option('--diff-size <size>', 'size of a differential one (1G)', readSize)
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

	const stray = [options.databases && '--databases', options.fullSize !== undefined && '--full-size', options.diffSize !== undefined && '--diff-size'].find(Boolean);
	if (stray) {
		throw new ConfigurationError(`${stray}: it goes with -f FILE --simulate 90d; what is there has its own databases and sizes`);
	}

	const {kube, namespace} = connectWith(options);
	const report = await withProgress(surroundings, `Reading the catalogue of ${namespace}/${name}`, async progress => readPlan(kube, {namespace, name}, progress));
	await writePage(options, planPage(report));
	surroundings.write(renderPlan(report, options.output));
};

const showSimulation = async (surroundings: Surroundings, name: string | undefined, options: PlanOptions): Promise<void> => {
	const {
		filename, simulate: forward, databases = ['neo4j'], fullSize = 10e9, diffSize = 1e9,
	} = options;
	if (name !== undefined) {
		throw new ConfigurationError(`name: a simulation plays a manifest, and not what is there; kubectl get neo4jbackup ${name} -o yaml | kubectl neo4j-backup plan -f - --simulate 90d`);
	}

	if (filename === undefined || forward === undefined) {
		throw new ConfigurationError(`${filename === undefined ? '--simulate goes with -f FILE' : '-f goes with --simulate'}: plan -f backup.yaml --simulate 90d`);
	}

	if (options.output === 'wide') {
		throw new ConfigurationError('--output: a simulation has no wide form; use table, json or yaml');
	}

	const backup = backupFromFile(filename, await readNamed('-f', filename));
	const report = await withProgress(surroundings, 'Playing the schedule forward', async progress => simulateBackup(backup, {
		databases, days: Math.ceil(forward / dayMs), from: surroundings.now(), sizes: {full: fullSize, differential: diffSize},
	}, progress));
	await writePage(options, simulationPage(report));
	surroundings.write(renderSimulation(report, options.output));
};

const dayMs = 24 * 60 * 60_000;

/** Longer ones say nothing more, and take minutes. */
const mostDays = 20 * 366;

const writePage = async ({html}: PlanOptions, page: Page): Promise<void> => {
	if (html !== undefined) {
		await writeNamed('--html', html, renderHtml(page));
	}
};

const readDuration = (text: string): number => {
	try {
		const forward = parseDuration(text, 'it');
		if (forward <= mostDays * dayMs) {
			return forward;
		}
	} catch {
		throw new InvalidArgumentError('Write, for example, 90d, 26w or 12h.');
	}

	throw new InvalidArgumentError('At most 20 years are played forward.');
};

const readDatabases = (text: string): readonly string[] => {
	const names = [...new Set(text.split(',').map(name => name.trim()).filter(Boolean))];
	if (names.length === 0) {
		throw new InvalidArgumentError('Name at least one: neo4j,movies.');
	}

	return names;
};

const readSize = (text: string): number => {
	const bytes = bytesOf(text);
	if (!bytes) {
		throw new InvalidArgumentError('It must be a size above 0 such as 500M, 10G or 1.5Ti.');
	}

	return bytes;
};
