/**
`npm run deploy`: installs the functions into a cluster, when nothing speaks against it. See `--help`.
*/
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {parseArgs} from 'node:util';
import {KubeConfig} from '@kubernetes/client-node';
import {deployProblems} from './deploy-problems.ts';
import {parseManifests} from '#local/manifests.ts';
import {createKubeClient} from '#shared/kube/client.ts';

const help = `npm run deploy [-- OPTIONS]

Looks whether what the overlay needs of Knative is there and whether the CRDs of these names
are ours or nobody's; then runs \`kubectl apply -k knative/overlays/dev\`. Otherwise it changes
nothing, says why, and ends with 1.

  --overlay NAME      the folder below knative/overlays to apply; default dev,
                      no-serving for a cluster without Knative Serving, kafka for a
                      Broker of Kafka, beside-operator where CRDs of the same names
                      belong to an operator
  --kubeconfig FILE   default: as kubectl finds it
  --context NAME      default: the current one
  --check             only look
  --help              this text
`;

const root = path.join(import.meta.dirname, '..');
const {values} = parseArgs({
	options: {
		overlay: {type: 'string', default: 'dev'}, kubeconfig: {type: 'string'}, context: {type: 'string'}, check: {type: 'boolean'}, help: {type: 'boolean'},
	},
});

const overlay = path.join(root, 'knative/overlays', values.overlay);
const connection = (['kubeconfig', 'context'] as const).flatMap(name => values[name] ? [`--${name}`, values[name]] : []);

const deploy = async (): Promise<number> => {
	if (values.help) {
		process.stdout.write(help);
		return 0;
	}

	const installation = await kubectl(['kustomize', overlay], 'pipe');
	if (installation.exitCode !== 0) {
		return installation.exitCode;
	}

	const problems = await deployProblems(createKubeClient(kubeConfig()), parseManifests(installation.output));
	if (problems.length > 0) {
		console.error(['Nothing was changed.', ...problems].join('\n\n'));
		return 1;
	}

	if (values.check) {
		console.log('Nothing speaks against it.');
		return 0;
	}

	const {exitCode} = await kubectl(['apply', '-k', overlay, ...connection], 'inherit');
	return exitCode;
};

const kubeConfig = (): KubeConfig => {
	const config = new KubeConfig();
	if (values.kubeconfig) {
		config.loadFromFile(values.kubeconfig);
	} else {
		config.loadFromDefault();
	}

	if (values.context) {
		config.setCurrentContext(values.context);
	}

	return config;
};

const kubectl = async (options: readonly string[], output: 'pipe' | 'inherit'): Promise<{readonly exitCode: number; readonly output: string}> => {
	const child = spawn('kubectl', options, {stdio: ['ignore', output, 'inherit']});
	try {
		const [printed] = await Promise.all([child.stdout ? text(child.stdout) : '', once(child, 'close')]);
		return {exitCode: child.exitCode ?? 1, output: printed};
	} catch (error) {
		console.error(`kubectl could not be started: ${String(error)}`);
		return {exitCode: 1, output: ''};
	}
};

process.exitCode = await deploy();
