import {Command} from 'commander';
import {connectWith, type ConnectOptions} from '../connect.ts';
import {type Surroundings} from '../streams.ts';
import {createBackup} from './create-backup.ts';
import {renderStatus} from './render-status.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {nooBaaKind, type NooBaa} from '#shared/noobaa/objects.ts';

type SystemOptions = ConnectOptions & {readonly systemName: string};
type BackupOptions = SystemOptions & {readonly name?: string; readonly online?: boolean};

/**
`noobaa`: a backup of NooBaa's database now, and what there is of backups. The words and flags are those that NooBaa's own design has for its `noobaa` binary.
*/
export const noobaaCommand = (surroundings: Surroundings): Command => new Command('noobaa')
	.description('Backups of NooBaa\'s database.')
	.addCommand(withSystem(new Command('db-backup'))
		.description('Create an on-demand database backup')
		.option('--name <name>', 'name for the backup (backup-<yyyymmdd>-<hhmmss>, in UTC)')
		.option('--online', 'perform online backup (default: offline)')
		.action(async (options: BackupOptions) => {
			const {kube, namespace} = connectWith(options);
			const name = await createBackup(kube, await findSystem(kube, namespace, options), {...options, now: surroundings.now()});
			surroundings.write(`Backup ${name} created successfully\n`);
		}))
	.addCommand(withSystem(new Command('db-backup-status'))
		.description('Show database backup status')
		.action(async (options: SystemOptions) => {
			const {kube, namespace} = connectWith(options);
			surroundings.write(renderStatus(await findSystem(kube, namespace, options)));
		}));

const withSystem = (command: Command): Command => command
	.showHelpAfterError()
	.option('--system-name <name>', 'name of the NooBaa', 'noobaa')
	.option('-n, --namespace <namespace>', 'namespace of the NooBaa (that of the kubeconfig\'s context)')
	.option('--kubeconfig <file>', 'kubeconfig to use ($KUBECONFIG, or ~/.kube/config)')
	.option('--context <name>', 'context of the kubeconfig');

const findSystem = async (kube: KubeClient, namespace: string, {systemName}: SystemOptions): Promise<NooBaa> => {
	const nooBaa = await kube.get<NooBaa>({...nooBaaKind, namespace, name: systemName});
	if (!nooBaa) {
		throw new ConfigurationError(`--system-name: there is no NooBaa ${systemName} in namespace ${namespace}; name another, or choose a namespace with -n`);
	}

	return nooBaa;
};
