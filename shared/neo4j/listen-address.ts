import {settingOf, type Setting} from './neo4j-config.ts';
import {type FoundTarget} from './target-object.ts';

/** The setting that opens the backup port. */
export const backupListenAddress = 'server.backup.listen_address';

const everywhere = '0.0.0.0:6362';

/** Where servers take backup clients unless their listen address has another port. */
const defaultPort = 6362;

/**
- `set`: other pods can reach the backup port.
- `missing`: nobody has set it, and Neo4j listens on loopback: `listenAddressPatch` sets it.
- `applying`: the CR has it, and the target's operator has yet to write it.
- `loopback`: a user wants it unreachable; that is not ours to change.
- `disabled`: a user has switched the backup server off.
*/
export type ListenAddress = 'set' | 'missing' | 'applying' | 'loopback' | 'disabled';

/**
Whether the backup port of a target can be reached, by its ConfigMap and its CR (decision D20).
*/
export const listenAddressOf = (target: Pick<FoundTarget, 'object' | 'configMap'>): ListenAddress => {
	const address = settingOf(target, backupListenAddress);
	const reachable = reachability(name => inForce(settingOf(target, name)));
	return reachable === 'set' && target.configMap && address.applied === undefined ? 'applying' : reachable;
};

/**
The same for settings that are known one by one, whoever wrote them.
*/
export const reachability = (read: (name: string) => string | undefined): Exclude<ListenAddress, 'applying'> => {
	if (read('server.backup.enabled')?.toLowerCase() === 'false') {
		return 'disabled';
	}

	const address = read(backupListenAddress);
	if (address === undefined) {
		return 'missing';
	}

	return isLoopback(address) ? 'loopback' : 'set';
};

/**
The port at which the servers of a target take backup clients: that of the address that they started with, else of the one that its owner wants.
*/
export const backupPortOf = (target: Pick<FoundTarget, 'object' | 'configMap'>): number => {
	const {applied, wanted} = settingOf(target, backupListenAddress);
	return portIn(applied ?? wanted);
};

/**
The port of a listen address, as `0.0.0.0:6363`, `[::]:6363`, `:6363`; Neo4j's own, 6362, when it has none or there is no address.
*/
export const portIn = (address: string | undefined): number => {
	const port = /^(?:\[[^\]]*\]|[^:]*):(?<port>\d+)$/v.exec(address ?? '')?.groups?.['port'];
	return port === undefined ? defaultPort : Number(port);
};

const inForce = ({wanted, applied}: Setting): string | undefined => wanted ?? applied;

/**
The merge patch on the target's CR that opens the backup port. Its operator then restarts the servers one by one.
*/
export const listenAddressPatch = {spec: {config: {[backupListenAddress]: everywhere}}} as const;

/** The sentence for the Event that announces it. */
export const listenAddressMessage = `${backupListenAddress} was not set, so that no backup could be taken: it is set to ${everywhere}, and the servers are restarted one by one`;

const isLoopback = (address: string): boolean => /^(?:127\.|localhost(?::|$)|\[?::1(?:\]|$))/v.test(address);
