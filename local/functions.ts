import {createHandle as createDeadLetter} from '../functions/dead-letter/handle.ts';
import {createHandle as createJobCompleted} from '../functions/job-completed/handle.ts';
import {createHandle as createLaunchBackup} from '../functions/launch-backup/handle.ts';
import {createHandle as createLaunchRestore} from '../functions/launch-restore/handle.ts';
import {createHandle as createRestoreBringup} from '../functions/restore-bringup/handle.ts';
import {createHandle as createNoobaaDatabase} from '../functions/noobaa-database/handle.ts';
import {createHandle as createScheduleTick} from '../functions/schedule-tick/handle.ts';
import {createHandle as createRetentionSweep} from '../functions/retention-sweep/handle.ts';
import {type FunctionFactory} from './function-host.ts';
import {type StoreEndpoints} from '#shared/runs/location.ts';
import {present} from '#shared/present.ts';

export type EmbeddedSettings = {
	/** The project's own image, as Jobs name it. */
	readonly image: string;
	/** Region of S3 buckets that nobody else tells. */
	readonly region?: string;
	/** Azure's storage account of CRs that name none. */
	readonly storageAccount?: string;
	/** How long a chain stays marked before it may be deleted. */
	readonly graceMs: number;
	/** The installation's own stores. */
	readonly endpoints?: StoreEndpoints;
	/** Whether the component for NooBaa is installed. */
	readonly scansNooBaas?: boolean;
	/** Where servers that are known by name really are. */
	readonly hosts: () => Readonly<Record<string, string>>;
};

/**
The functions as the embedded runtime runs them: the same handlers as in their images, with the settings that an installation gives by environment.
*/
export const embeddedFunctions = (settings: EmbeddedSettings): Readonly<Record<string, FunctionFactory>> => ({
	'schedule-tick': context => createScheduleTick({...context, ...present({scansNooBaas: settings.scansNooBaas})}),
	'launch-backup': context => createLaunchBackup({
		...context,
		config: {image: settings.image, ...present(storesOf(settings))},
		boltAddress: uri => localAddress(uri, settings.hosts()),
		// Where tests advance the clock by a day, what was read is a day old.
		monotonic: () => context.localNow().getTime(),
	}),
	'job-completed': context => createJobCompleted(context),
	'retention-sweep': context => createRetentionSweep({
		...context, config: {image: settings.image, graceMs: settings.graceMs, ...present(storesOf(settings))},
	}),
	'launch-restore': context => createLaunchRestore({
		...context,
		config: {image: settings.image, ...present(storesOf(settings))},
		boltAddress: uri => localAddress(uri, settings.hosts()),
	}),
	'restore-bringup': context => createRestoreBringup({...context, boltAddress: uri => localAddress(uri, settings.hosts())}),
	'noobaa-database': context => createNoobaaDatabase(context),
	'dead-letter': context => createDeadLetter(context),
});

const storesOf = ({endpoints, region, storageAccount}: EmbeddedSettings) => ({endpoints, region, storageAccount});

/** The stand-in's servers have names that only a cluster's DNS knows. */
const localAddress = (uri: string, hosts: Readonly<Record<string, string>>): string => {
	const {protocol, host} = new URL(uri);
	const address = hosts[host] ?? hosts[`${host}:7687`];
	return address ? `${protocol === 'neo4j:' ? 'bolt:' : protocol}//${address}` : uri;
};
