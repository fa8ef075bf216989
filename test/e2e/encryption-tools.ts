import {createHash} from 'node:crypto';
import {cp, mkdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {cacheFolder, makeOnce} from './stores/cache.ts';
import {run} from './stores/run.ts';

const plugin = path.join(import.meta.dirname, '../../examples/aws-encryption-cli');
const age = 'filippo.io/age/cmd/...@v1.2.1';
const commandLine = 'aws-encryption-sdk-cli==4.3.0';

export type EncryptionTools = {
	readonly age: string;
	readonly ageKeygen: string;
	/** The Python that has the AWS Encryption SDK, its command line, and the plugin of the examples. */
	readonly python: string;
	/** The words that run the AWS Encryption CLI. */
	readonly awsEncryptionCli: readonly [string, ...string[]];
};

/**
The published tools that open encrypted backups, fetched by the clients of their registries once for each version and each state of the plugin. Inside a cluster's network namespace nothing can be fetched, so that they are made ready before.
*/
export const encryptionTools = async (): Promise<EncryptionTools> => {
	const folder = path.join(cacheFolder(), 'programs', `encryption-tools-${await stateOf()}`);
	await makeOnce(folder, async empty => {
		await mkdir(path.join(empty, 'age'));
		await run(['go', 'install', age], {GOBIN: path.join(empty, 'age'), CGO_ENABLED: '0'});
		await run(['python3', '-m', 'venv', path.join(empty, 'python')]);
		// Building a package writes beside it.
		await cp(plugin, path.join(empty, 'plugin'), {recursive: true});
		await run([path.join(empty, 'python/bin/python'), '-m', 'pip', 'install', '--quiet', commandLine, path.join(empty, 'plugin')]);
	});
	const python = path.join(folder, 'python/bin/python');
	return {
		age: path.join(folder, 'age/age'),
		ageKeygen: path.join(folder, 'age/age-keygen'),
		python,
		// The script that pip made names the folder that it was made in.
		awsEncryptionCli: [python, '-c', 'import sys; from aws_encryption_sdk_cli import cli; sys.exit(cli())'],
	};
};

const stateOf = async (): Promise<string> => {
	const files = await Promise.all(['neo4j_backup_key_file.py', 'pyproject.toml'].map(async name => readFile(path.join(plugin, name))));
	const hash = createHash('sha256').update(age).update(commandLine);
	for (const file of files) {
		hash.update(file);
	}

	return hash.digest('hex').slice(0, 12);
};
