/** An object that is still being put together. */
export type Draft = {apiVersion: string; kind: string; metadata: {name: string; namespace?: string; labels?: Record<string, string>}} & Record<string, unknown>;

export type Selector = {readonly group?: string; readonly kind?: string; readonly name?: string};

/**
Whether a selector of a kustomization means an object.
*/
export const isSelected = ({apiVersion, kind, metadata: {name}}: Draft, wanted: Selector): boolean =>
	(wanted.group === undefined || wanted.group === (apiVersion.includes('/') ? apiVersion.split('/')[0] : ''))
	&& (wanted.kind === undefined || wanted.kind === kind) && (wanted.name === undefined || wanted.name === name);
