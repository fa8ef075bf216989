import {createReadStream} from 'node:fs';
import {access, readFile} from 'node:fs/promises';
import {Readable, type Writable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {parseArgs} from 'node:util';
import {podCredentials} from '../pod.ts';
import {writeWhole} from '../whole-file.ts';
import {decrypt} from '#shared/encryption/decrypt.ts';
import {ConfigurationError, toError} from '#shared/errors.ts';
import {exitCodes} from '#shared/runs/exit-codes.ts';
import {keyFileVariable} from '#shared/runs/run-spec.ts';
import {openStore} from '#shared/stores/open.ts';
import {StoreError, type Store, type StoreLocation} from '#shared/stores/store.ts';

export type Surroundings = {
	readonly environment: NodeJS.ProcessEnv;
	readonly stdin: Readable;
	readonly stdout: Writable;
	readonly stderr: Writable;
};

/** Names the store as JSON, as a Pod of a run has it in its BACKUP_RUN: {"type": "s3", "bucket": …, "path": …}. */
const storeVariable = 'STORE_LOCATION';

const usage = `usage: decrypt.mjs [--key-file FILE] [--input FILE | --artifact NAME] [--output FILE]

Decrypts an artifact of either format (.aws-esdk, .age).
  --key-file FILE   the key; else the file that ${keyFileVariable} names
  --input FILE      the encrypted file; else standard input
  --artifact NAME   an object of the store that ${storeVariable} describes (JSON), with the credentials of the environment
  --output FILE     where the plain file goes, which must not be there yet; it appears once it is proven whole. Else standard output
`;

type Options = {readonly keyFile: string; readonly input?: string; readonly artifact?: string; readonly output?: string};

/**
The command line of `decrypt.mjs`, for people and for Jobs. Answers the exit code: 0 only when the whole file was proven.
*/
export const runDecrypt = async (argv: readonly string[], surroundings: Surroundings): Promise<number> => {
	const {environment, stderr} = surroundings;
	try {
		const options = readOptions(argv, environment);
		if (options === 'help') {
			surroundings.stdout.write(usage);
			return exitCodes.succeeded;
		}

		await decryptFile(options, surroundings);
		return exitCodes.succeeded;
	} catch (error) {
		stderr.write(`${toError(error).message}\n`);
		return error instanceof StoreError && error.retryable ? exitCodes.retry : exitCodes.permanent;
	}
};

const readOptions = (argv: readonly string[], environment: NodeJS.ProcessEnv): Options | 'help' => {
	const {values: {help, 'key-file': keyFile = environment[keyFileVariable], input, artifact, output}} = parseArgs({
		args: [...argv],
		options: {
			help: {type: 'boolean'}, 'key-file': {type: 'string'}, input: {type: 'string'}, artifact: {type: 'string'}, output: {type: 'string'},
		},
	});
	if (help) {
		return 'help';
	}

	if (keyFile === undefined) {
		throw new ConfigurationError(`no key: give --key-file, or name the file in ${keyFileVariable}\n\n${usage}`);
	}

	if (input !== undefined && artifact !== undefined) {
		throw new ConfigurationError('--input and --artifact name two sources: give one of them');
	}

	return {
		keyFile, ...(input !== undefined && {input}), ...(artifact !== undefined && {artifact}), ...(output !== undefined && {output}),
	};
};

const decryptFile = async ({keyFile, input, artifact, output}: Options, {environment, stdin, stdout}: Surroundings): Promise<void> => {
	const material = await readFile(keyFile);
	const store = artifact === undefined ? undefined : await openStoreOf(environment);
	try {
		const source = await openSource(store, {input, artifact, stdin});
		const plain = Readable.from(decrypt(source, material, `The key file ${keyFile}`), {objectMode: false});
		await (output === undefined ? pipeline(plain, stdout, {end: false}) : writeNew(plain, output));
	} finally {
		await store?.close();
	}
};

const openStoreOf = async (environment: NodeJS.ProcessEnv): Promise<Store> => {
	const text = environment[storeVariable];
	if (!text) {
		throw new ConfigurationError(`${storeVariable} is not set: --artifact needs to know the store`);
	}

	return openStore(JSON.parse(text) as StoreLocation, podCredentials(environment));
};

type Source = {readonly input: string | undefined; readonly artifact: string | undefined; readonly stdin: Readable};

const openSource = async (store: Store | undefined, {input, artifact, stdin}: Source): Promise<Readable> => {
	if (store && artifact !== undefined) {
		const body = await store.download(artifact);
		if (!body) {
			throw new ConfigurationError(`${artifact} is not in ${store.uri}`);
		}

		return body;
	}

	return input === undefined ? stdin : createReadStream(input);
};

/** A file that turns out to be cut off or altered at its end must leave nothing that looks like a backup. */
const writeNew = async (plain: Readable, output: string): Promise<void> => {
	await refuseExisting(output);
	await writeWhole(plain, output, {partial: `${output}.being-decrypted`, flags: 'wx'});
};

const refuseExisting = async (output: string): Promise<void> => {
	const isThere = await access(output).then(() => true, () => false);
	if (isThere) {
		throw new ConfigurationError(`${output} is there already: name another --output, or remove it`);
	}
};
