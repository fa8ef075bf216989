import {type FoundTarget} from './target-object.ts';

/**
What one setting of a target is, by what its operator has written into its ConfigMap and by what the user asks for in the CR's `spec.config`.
*/
export type Setting = {
	/** What the servers start with; undefined when the ConfigMap is missing or does not say. */
	readonly applied?: string;
	readonly wanted?: string;
};

/**
Reads one setting of a target.
*/
export const settingOf = (target: Pick<FoundTarget, 'object' | 'configMap'>, name: string): Setting => {
	const applied = settingsIn(target.configMap).get(name);
	const wanted = target.object.spec.config?.[name];
	return {...(applied !== undefined && {applied}), ...(wanted !== undefined && {wanted})};
};

/**
All settings of a target whose names begin with a prefix, as the servers start with them, and where nothing is known of that as the user asks for them.
*/
export const settingsBelow = (target: Pick<FoundTarget, 'object' | 'configMap'>, prefix: string): Record<string, string> =>
	Object.fromEntries([...Object.entries(target.object.spec.config ?? {}), ...settingsIn(target.configMap)].filter(([name]) => name.startsWith(prefix)));

/**
The lines of a `neo4j.conf`, and the keys of a ConfigMap that holds one setting each.
*/
export const settingsIn = (configMap: FoundTarget['configMap']): Map<string, string> => {
	const entries = Object.entries(configMap?.data ?? {}).flatMap(([key, text]) => key.endsWith('.conf')
		? text.split('\n').map(line => /^\s*(?<name>[\w.\-]+)\s*=\s*(?<value>.*?)\s*$/v.exec(line)?.groups).filter(groups => groups !== undefined).map(groups => [groups['name']!, groups['value']!] as const)
		: [[key, text.trim()] as const]);
	return new Map(entries);
};
