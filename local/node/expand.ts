/**
Kubernetes' expansion of `$(NAME)` in env values, command and args. `$$(NAME)` stands for the text `$(NAME)`; a name that is not set stays as it is.
*/
export const expand = (text: string, environment: Readonly<Record<string, string>>): string =>
	text.replaceAll(/\$(?:\$|\((?<name>[^\(\)]+)\))/gv, (match, name: string | undefined) => name === undefined ? '$' : environment[name] ?? match);
