import {type Attachments} from './attachments.ts';
import {type Folders} from './folders.ts';
import {type Images} from './images.ts';
import {type PodIdentity} from './pod-identity.ts';
import {type Turns} from './turns.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type Reference} from '#shared/kube/object.ts';
import {type Log} from '#shared/log.ts';
import {type InFlight} from '#local/kube/in-flight.ts';

/**
What every part of the node works with.
*/
export type NodeContext = {
	readonly client: KubeClient;
	/** Places a pod on a node. */
	readonly bind: (pod: Reference, node: string) => Promise<void>;
	/** Deletes an object at once, without any grace. */
	readonly removeNow: (reference: Reference) => Promise<void>;
	readonly images: Images;
	readonly hosts: () => Readonly<Record<string, string>>;
	readonly folders: Folders;
	/** The nodes that this one stands for: at least one. */
	readonly nodes: readonly string[];
	/** Whether StatefulSets have pods. */
	readonly statefulSets: boolean;
	readonly attachments: Attachments;
	readonly turns: Turns;
	/** How long to wait before looking again for a Secret, a ConfigMap or a claim that is missing. */
	readonly retryMs: number;
	readonly identity?: PodIdentity;
	readonly backoffScale: number;
	readonly inFlight: InFlight;
	readonly now: () => Date;
	readonly signal: AbortSignal;
	readonly log: Log;
};
