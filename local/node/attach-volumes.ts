import {recordEvent} from './node-events.ts';
import {type NodeContext} from './node-context.ts';
import {type Claim, type Pod} from './workloads.ts';

type AttachOptions = {readonly node: string; readonly claims: readonly Claim[]; readonly pause: () => Promise<void>};

/**
Waits until what a pod mounts is attached to its node. While another node has it, an Event says so, once for each volume, as that of the attach/detach controller does.
*/
export const attachVolumes = async (context: NodeContext, pod: Pod, {node, claims, pause}: AttachOptions): Promise<void> => {
	const told = new Set<string>();
	for (let obstacles = context.attachments.attach(pod, node, claims); obstacles.length > 0; obstacles = context.attachments.attach(pod, node, claims)) {
		for (const {claim: {spec}, users} of obstacles) {
			const volume = spec?.volumeName ?? '';
			if (!told.has(volume)) {
				told.add(volume);
				const why = users.length > 0 ? `Volume is already used by pod(s) ${users.join(', ')}` : 'Volume is already exclusively attached to one node and can\'t be attached to another';
				await recordEvent(context, 'attachdetach-controller', pod, {type: 'Warning', reason: 'FailedAttachVolume', message: `Multi-Attach error for volume "${volume}" ${why}`});
			}
		}

		await pause();
	}
};
