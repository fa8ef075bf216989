import {type Pod} from './workloads.ts';

/**
How a container of an image is started: as a process, or as part of this one.
*/
export type Image = {
	/** What the image runs when the container has no `command`. */
	readonly entrypoint: readonly string[];
	/** Folders that come first in PATH. */
	readonly path?: readonly string[];
	/** The image's own environment. */
	readonly env?: Readonly<Record<string, string>>;
	/** Paths that its programs have built in, by the variable that tells them where it is on this machine when a volume is mounted there. */
	readonly builtIn?: Readonly<Record<string, string>>;
	/** Turns the command line of the container into one that exists here. Without it the command line is taken as it is. */
	readonly resolve?: (argv: readonly string[]) => readonly string[];
	/** Stands in for what the image runs when a container names neither command nor args: something in this process. */
	readonly serve?: Serve;
	/** Whether its containers get `LOCAL_HOSTS`, the table of server names. */
	readonly knowsHosts?: boolean;
};

/** What is started for one container. */
export type Serve = (container: {readonly pod: Pod; /** The folder behind a mount path of the container. */ readonly folderAt: (mountPath: string) => string | undefined}) => Promise<Serving>;

export type Serving = {
	/** Resolves when the container is ready; it is at once when this is absent. */
	readonly ready?: Promise<void>;
	/** Ends it. Never slower than it has to be, whatever grace the pod has. */
	readonly stop: () => Promise<void>;
};

/** Keys are beginnings of image names: `neo4j:` or `ghcr.io/owner/name`. */
export type Images = Readonly<Record<string, Image>>;

const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
The image of a container: the longest key that its name begins with; `undefined` for an image that the node does not have.
*/
export const findImage = (images: Images, name: string): Image | undefined => {
	const [key] = Object.keys(images).filter(prefix => name.startsWith(prefix)).toSorted((a, b) => b.length - a.length);
	return key === undefined ? undefined : images[key];
};

/**
The environment that an image gives to every process: its own variables and a PATH.
*/
export const imageEnvironment = ({path = [], env = {}}: Image): Record<string, string> => ({
	PATH: [...path, standardPath].join(':'),
	HOME: '/',
	...env,
});
