import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {KubeConfig} from '@kubernetes/client-node';
import {ConfigurationError, toError} from '#shared/errors.ts';

const wayOut = 'Name the kubeconfig of a cluster, such as ~/.kube/config, or what `kind get kubeconfig` prints.';

/**
The kubeconfig of a file, with the context that is named as its current one. Throws a ConfigurationError that names the option for what is no kubeconfig or leads to no server.
*/
export const readKubeconfig = async (file: string, context?: string): Promise<KubeConfig> => {
	const config = parsed(file, await textOf(file));
	// Its certificates may be files beside it.
	config.makePathsAbsolute(path.resolve(path.dirname(file)));
	if (context !== undefined) {
		demandContext(config, context, `--context ${context}: the kubeconfig ${file} has no such context.`);
		config.setCurrentContext(context);
	}

	demandContext(config, config.getCurrentContext(), `--kubeconfig ${file}: it has no current context that is one of its own. Name one with --context.`);
	const {name, cluster, user} = config.getContextObject(config.getCurrentContext())!;
	if (!config.getCurrentCluster()) {
		throw new ConfigurationError(`--kubeconfig ${file}: its context ${name} names the cluster ${cluster}, which the file does not have.`);
	}

	if (!config.getCurrentUser()) {
		throw new ConfigurationError(`--kubeconfig ${file}: its context ${name} names the user ${user}, whom the file does not have.`);
	}

	return config;
};

const textOf = async (file: string): Promise<string> => {
	if (file === '') {
		throw new ConfigurationError(`--kubeconfig names no file. ${wayOut}`);
	}

	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		throw new ConfigurationError(`--kubeconfig ${file}: ${code === 'ENOENT' ? 'there is no such file' : toError(error).message}. ${wayOut}`, 'Invalid', {cause: error});
	}
};

const parsed = (file: string, text: string): KubeConfig => {
	const config = new KubeConfig();
	try {
		config.loadFromString(text);
	} catch (error) {
		throw new ConfigurationError(`--kubeconfig ${file}: it is not a kubeconfig (${toError(error).message.split('\n')[0]}). ${wayOut}`, 'Invalid', {cause: error});
	}

	if (config.clusters.length === 0) {
		throw new ConfigurationError(`--kubeconfig ${file}: it is not a kubeconfig, or one without clusters. ${wayOut}`);
	}

	return config;
};

const demandContext = (config: KubeConfig, name: string, problem: string): void => {
	const names = config.contexts.map(context => context.name);
	if (!names.includes(name)) {
		throw new ConfigurationError(`${problem} ${names.length > 0 ? `It has ${names.join(', ')}.` : 'It has none at all.'}`);
	}
};
