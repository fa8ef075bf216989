import {mounts} from './placement.ts';
import {type Claim, type Pod} from './workloads.ts';

/**
What is attached to which node.
*/
export type Attachments = {
	/** Attaches what the pod mounts to its node. Answers the claims that another node has, whose turn the pod then waits for. */
	readonly attach: (pod: Pod, node: string, claims: readonly Claim[]) => readonly Obstacle[];
	/** The pod has ended, or waits no more. */
	readonly release: (uid: string) => void;
};

/** A claim that is attached elsewhere, and the pods that have it there. */
export type Obstacle = {readonly claim: Claim; readonly users: readonly string[]};

type Attachment = {node: string; readonly users: Map<string, string>; waiting: readonly string[]};

/**
The volumes of claims that one node at a time may have: ReadWriteOnce and ReadWriteOncePod. Pods of the node that has one share it; those of other nodes get it in the order in which they came, when the last of its pods has ended. As on a real cluster each claim goes its own way: a pod that waits for one of them holds the others meanwhile.
*/
export const createAttachments = (): Attachments => {
	const attachments = new Map<string, Attachment>();

	const attachOne = (pod: Pod, node: string, claim: Claim): Obstacle | undefined => {
		const {uid = '', name} = pod.metadata;
		const attachment: Attachment = attachments.get(claim.metadata.uid!) ?? {node, users: new Map<string, string>(), waiting: []};
		attachments.set(claim.metadata.uid!, attachment);
		const isNext = attachment.users.size === 0 && (attachment.waiting[0] ?? uid) === uid;
		if (isNext || (attachment.users.size > 0 && attachment.node === node)) {
			attachment.node = node;
			attachment.users.set(uid, name);
			attachment.waiting = attachment.waiting.filter(waiting => waiting !== uid);
			return undefined;
		}

		attachment.waiting = attachment.waiting.includes(uid) ? attachment.waiting : [...attachment.waiting, uid];
		return {claim, users: [...attachment.users.values()]};
	};

	return {
		attach: (pod, node, claims) => claims
			.filter(claim => mounts(pod, claim) && isOfOneNode(claim))
			.flatMap(claim => attachOne(pod, node, claim) ?? []),
		release(uid) {
			for (const attachment of attachments.values()) {
				attachment.users.delete(uid);
				attachment.waiting = attachment.waiting.filter(waiting => waiting !== uid);
			}
		},
	};
};

const isOfOneNode = ({spec}: Claim): boolean => !spec?.accessModes?.some(mode => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany');
