import {randomBytes} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {hostname} from 'node:os';
import path from 'node:path';
import {Command, InvalidArgumentError, Option} from 'commander';
import {connectWith, type ConnectOptions} from '../connect.ts';
import {readNamed} from '../files.ts';
import {withProgress, type Surroundings} from '../streams.ts';
import {fetchBackups} from '../../jobs/fetch/fetch-backups.ts';
import {directoryOfManifest, directoryOfObject, type BackupDirectory} from './find-directory.ts';
import {fetchText, reportOf} from './render-fetch.ts';
import {formatBytes} from '#shared/api/sizes.ts';
import {ConfigurationError, toError} from '#shared/errors.ts';
import {present} from '#shared/present.ts';
import {type GivenKey} from '#shared/restore/decryption-key.ts';
import {type WantedPoint} from '#shared/restore/select-point.ts';
import {openStore} from '#shared/stores/open.ts';

type FetchOptions = ConnectOptions & {
	readonly into: string;
	readonly filename?: string;
	readonly database: readonly string[];
	readonly run?: string;
	readonly before?: Date;
	readonly artifact?: string;
	readonly key?: string;
	readonly keepEncrypted?: boolean;
	readonly thawed?: boolean;
	readonly evenExpiring?: boolean;
	readonly mounted?: string;
	readonly dryRun?: boolean;
	readonly output: 'text' | 'json';
};

/** Holds the key itself, for where there is no file. */
const keyVariable = 'NEO4J_BACKUP_KEY';

/**
`fetch`: brings what a restore takes out of the store, into a folder from which `neo4j-admin database restore` restores it.
*/
export const fetchCommand = (surroundings: Surroundings): Command => new Command('fetch')
	.description('Brings backups out of the store into a folder, each with all it builds on and decrypted, and prints the neo4j-admin command that restores them. '
		+ 'With -f it needs no cluster. The same command again goes on where it was interrupted.')
	.argument('[name]', 'name of the Neo4jBackup')
	.requiredOption('--into <folder>', 'the folder, which is made where there is none')
	.option('--database <name>', 'a database, once for each (all but system)', (name: string, names: readonly string[]) => [...names, name.toLowerCase()], [])
	.addOption(new Option('--run <id>', 'the state that a run backed up (the newest)').conflicts(['before', 'artifact']))
	.addOption(new Option('--before <instant>', 'the newest state that was backed up at an instant or before: 2026-01-31T02:00:00Z').argParser(readInstant).conflicts(['run', 'artifact']))
	.addOption(new Option('--artifact <file>', 'the state of one artifact, by its file name').conflicts(['run', 'before', 'database']))
	.option('--key <file>', `the key of encrypted backups (that of the Neo4jBackup's Secret, or the text in ${keyVariable})`)
	.addOption(new Option('--keep-encrypted', 'leaves encrypted backups as they are').conflicts('key'))
	.option('--thawed', 'takes archived backups too, which have been made readable')
	.option('--even-expiring', 'takes what a sweep has marked to expire too, where no sweep comes any more')
	.option('--mounted <folder>', 'where the claim is mounted here that the backups lie on')
	.option('--dry-run', 'only says what would be fetched')
	.option('-f, --filename <file>', 'manifest of the Neo4jBackup, - for standard input; the credentials are environment variables with the names of the Secret\'s keys')
	.option('-n, --namespace <namespace>', 'namespace of the Neo4jBackup (that of the kubeconfig\'s context)')
	.option('--kubeconfig <file>', 'kubeconfig to use ($KUBECONFIG, or ~/.kube/config)')
	.option('--context <name>', 'context of the kubeconfig')
	.addOption(new Option('-o, --output <format>', 'form of the result').choices(['text', 'json']).default('text'))
	.action(async (name: string | undefined, options: FetchOptions) => {
		await fetch(surroundings, name, options);
	});

const fetch = async (surroundings: Surroundings, name: string | undefined, options: FetchOptions): Promise<void> => {
	const {tell, write, now, environment} = surroundings;
	const folder = path.resolve(options.into);
	if (folder.includes(',')) {
		throw new ConfigurationError(`--into: ${folder} has a comma, at which neo4j-admin would end the path; name another folder`);
	}

	const directory = await findDirectory(surroundings, name, options);
	const key = await readKey(options, environment) ?? directory.key;
	const {location, credentials, secretName, authorities} = directory;
	const store = await openStore(location, credentials, present({secretName, authorities}));
	try {
		const storeTime = await store.now();
		const aheadMs = storeTime.getTime() - now().getTime();
		const isDryRun = options.dryRun === true;
		const result = await withProgress(surroundings, isDryRun ? `Reading the catalogue in ${store.uri}` : `Fetching from ${store.uri}`, async progress => fetchBackups({
			store, location, folder, key, isDryRun, databases: options.database, wanted: wantedOf(options), thawed: options.thawed === true, keepsEncrypted: options.keepEncrypted === true, evenExpiring: options.evenExpiring === true, holder: `${hostname()}:${folder}`,
		}, {
			id: randomBytes(8).toString('hex'),
			now: () => new Date(now().getTime() + aheadMs),
			progress(bytes, ofBytes) {
				progress(`${formatBytes(bytes)} of ${formatBytes(ofBytes)}`);
			},
			note(text) {
				tell(`note: ${text}\n`);
			},
		}));
		const report = reportOf(result, {folder, isDryRun});
		write(options.output === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : fetchText(report));
		const missing = result.leftOut.filter(({isProblem}) => isProblem);
		if (missing.length > 0) {
			throw new ConfigurationError(`nothing of ${missing.map(({database}) => database).join(', ')} could be fetched, as said above; name the databases that are wanted with --database`);
		}
	} finally {
		await store.close();
	}
};

const findDirectory = async ({environment}: Surroundings, name: string | undefined, options: FetchOptions): Promise<BackupDirectory> => {
	if ((name === undefined) === (options.filename === undefined)) {
		throw new ConfigurationError('name: say which Neo4jBackup, or give its manifest with -f, and not both');
	}

	if (options.filename !== undefined) {
		return directoryOfManifest(options.filename, await readNamed('-f', options.filename), {environment, mounted: options.mounted});
	}

	const {kube, namespace} = connectWith(options);
	return directoryOfObject(kube, {namespace, name: name!}, options.mounted);
};

const wantedOf = ({run, before, artifact}: FetchOptions): WantedPoint => {
	if (run !== undefined) {
		return {kind: 'run', runID: run};
	}

	if (before !== undefined) {
		return {kind: 'before', instant: before};
	}

	return artifact === undefined ? {kind: 'newest'} : {kind: 'artifact', name: artifact};
};

const readKey = async ({key}: FetchOptions, environment: NodeJS.ProcessEnv): Promise<GivenKey | undefined> => {
	if (key === undefined) {
		const text = environment[keyVariable];
		return text ? {material: new TextEncoder().encode(text), source: `The environment variable ${keyVariable}`} : undefined;
	}

	try {
		return {material: await readFile(key), source: `The key file ${key}`};
	} catch (error) {
		throw new ConfigurationError(`--key: ${key} cannot be read: ${toError(error).message}`);
	}
};

const readInstant = (text: string): Date => {
	if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+\-]\d{2}:\d{2})$/v.test(text) || Number.isNaN(Date.parse(text))) {
		throw new InvalidArgumentError('Write an instant with its zone: 2026-01-31T02:00:00Z.');
	}

	return new Date(text);
};
