import {settingOf, type Setting} from './neo4j-config.ts';
import {type FoundTarget} from './target-object.ts';

const setting = 'server.backup.listen_address';
const everywhere = '0.0.0.0:6362';

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
	const address = settingOf(target, setting);
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

	const address = read(setting);
	if (address === undefined) {
		return 'missing';
	}

	return isLoopback(address) ? 'loopback' : 'set';
};

const inForce = ({wanted, applied}: Setting): string | undefined => wanted ?? applied;

/**
The merge patch on the target's CR that opens the backup port. Its operator then restarts the servers one by one.
*/
export const listenAddressPatch = {spec: {config: {[setting]: everywhere}}} as const;

/** The sentence for the Event that announces it. */
export const listenAddressMessage = `${setting} was not set, so that no backup could be taken: it is set to ${everywhere}, and the servers are restarted one by one`;

const isLoopback = (address: string): boolean => /^(?:127\.|localhost(?::|$)|\[?::1(?:\]|$))/v.test(address);
