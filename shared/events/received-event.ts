export type ExtensionValue = string | number | boolean;

/**
A CloudEvent as it arrived: nothing is invented, what the sender left out is absent. `data` is the parsed value of JSON, text of `text/*`, bytes of anything else, and undefined where there was none.
*/
export type ReceivedEvent = {
	readonly id: string;
	readonly source: string;
	readonly type: string;
	readonly specversion: '1.0';
	readonly subject?: string;
	/** RFC 3339, in the sender's own precision and offset. */
	readonly time?: string;
	readonly datacontenttype?: string;
	readonly dataschema?: string;
	readonly extensions: Readonly<Record<string, ExtensionValue>>;
	readonly data: unknown;
};
