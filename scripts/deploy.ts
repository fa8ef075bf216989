/**
`npm run deploy`: installs the functions into a cluster, when nothing speaks against it. See `--help`.
*/
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {KubeConfig} from '@kubernetes/client-node';
import {deployProblems} from './deploy-problems.ts';
import {readManifests} from '#local/manifests.ts';
import {createKubeClient} from '#shared/kube/client.ts';

const help = `npm run deploy [-- OPTIONS]

Looks whether Knative is there and whether the CRDs of these names are ours or nobody's;
then runs \`kubectl apply -k knative/overlays/dev\`. Otherwise it changes nothing, says why,
and ends with 1.

  --overlay NAME      the folder below knative/overlays to apply; default dev
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

const deploy = async (): Promise<number> => {
	if (values.help) {
		process.stdout.write(help);
		return 0;
	}

	const definitions = await readManifests(path.join(root, 'crds'));
	const problems = await deployProblems(createKubeClient(kubeConfig()), definitions.map(({metadata}) => metadata.name));
	if (problems.length > 0) {
		console.error(['Nothing was changed.', ...problems].join('\n\n'));
		return 1;
	}

	if (values.check) {
		console.log('Nothing speaks against it.');
		return 0;
	}

	return kubectlApply();
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

const kubectlApply = async (): Promise<number> => {
	const connection = (['kubeconfig', 'context'] as const).flatMap(name => values[name] ? [`--${name}`, values[name]] : []);
	const kubectl = spawn('kubectl', ['apply', '-k', path.join(root, 'knative/overlays', values.overlay), ...connection], {stdio: 'inherit'});
	try {
		await once(kubectl, 'close');
		return kubectl.exitCode ?? 1;
	} catch (error) {
		console.error(`kubectl could not be started: ${String(error)}`);
		return 1;
	}
};

process.exitCode = await deploy();
