type Present<T> = {[K in keyof T as undefined extends T[K] ? never : K]: T[K]} & {[K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>};

/**
The fields that have a value: what is undefined is left out altogether, as it is in JSON and as an exact optional property wants it.
*/
export const present = <T extends Record<string, unknown>>(fields: T): Present<T> =>
	Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
