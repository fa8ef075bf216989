import {KubeConfig} from '@kubernetes/client-node';
import {ConfigurationError, toError} from '#shared/errors.ts';
import {createKubeClient, type KubeClient} from '#shared/kube/client.ts';

export type ConnectOptions = {readonly kubeconfig?: string; readonly context?: string; readonly namespace?: string};

/**
The API server of a kubeconfig, chosen as kubectl chooses it, and the namespace that is meant where none is named.
*/
export const connectWith = ({kubeconfig, context, namespace}: ConnectOptions): {readonly kube: KubeClient; readonly namespace: string} => {
	const config = load(kubeconfig);
	if (context !== undefined) {
		if (!config.getContextObject(context)) {
			throw new ConfigurationError(`--context: the kubeconfig has no context "${context}"; it has ${config.getContexts().map(({name}) => name).join(', ') || 'none'}`);
		}

		config.setCurrentContext(context);
	}

	if (!config.getCurrentCluster()) {
		throw new ConfigurationError('--kubeconfig: it names no cluster; set KUBECONFIG, or choose a context with --context');
	}

	return {kube: createKubeClient(config), namespace: namespace ?? config.getContextObject(config.getCurrentContext())?.namespace ?? 'default'};
};

const load = (file: string | undefined): KubeConfig => {
	const config = new KubeConfig();
	if (file === undefined) {
		config.loadFromDefault();
		// What the client takes when it finds nothing at all.
		if (config.getCurrentCluster()?.server === 'http://localhost:8080') {
			throw new ConfigurationError('--kubeconfig: there is no kubeconfig; name one, set KUBECONFIG, or make ~/.kube/config');
		}

		return config;
	}

	try {
		config.loadFromFile(file);
		return config;
	} catch (error) {
		throw new ConfigurationError(`--kubeconfig: ${file} cannot be read: ${toError(error).message}`);
	}
};
