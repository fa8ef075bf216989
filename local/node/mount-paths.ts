/**
The stand-in for mount namespaces. A process of the node sees the machine's file system, so a mount path of a container is not there. Instead, every occurrence of a mount path in the command line and in environment values is replaced by the folder that holds the volume. Whole path segments only: with a mount at `/backups`, `--to-path=/backups/daily` changes and `/backups-old` does not. What cannot be reached this way: paths inside files, and paths that a program has built in. A program must be told its paths by argument or environment.
*/
export type Mount = {readonly mountPath: string; readonly folder: string};

/**
The same text with mount paths replaced by the folders of the mounts. The longest mount path wins; a replacement is never replaced again.
*/
export const rewritePaths = (text: string, mounts: readonly Mount[]): string => {
	const folders = new Map(mounts.map(({mountPath, folder}) => [mountPath.replace(/\/+$/v, ''), folder]));
	const paths = [...folders.keys()].filter(Boolean).toSorted((a, b) => b.length - a.length);
	if (paths.length === 0) {
		return text;
	}

	const alternatives = paths.map(path => RegExp.escape(path)).join('|');
	const pattern = new RegExp(String.raw`(?<=^|:\/\/|[^\w.~\/\-])(?:${alternatives})(?=$|\/|[^\w.~\-])`, 'gv');
	return text.replaceAll(pattern, path => folders.get(path)!);
};
