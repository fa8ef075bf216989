import {type Readable} from 'node:stream';

/**
What an operation answers: a JSON value, or bytes.
*/
export type Answer = {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: Readonly<Record<string, unknown>> | Readable;
};

/**
A refusal in the words of the JSON API: https://cloud.google.com/storage/docs/json_api/v1/status-codes
*/
export class GcsRefusal extends Error {
	override readonly name = 'GcsRefusal';
	readonly status: number;
	readonly reason: string;

	constructor(status: number, reason: string, message: string) {
		super(message);
		this.status = status;
		this.reason = reason;
	}

	get body(): Readonly<Record<string, unknown>> {
		const {status: code, message, reason} = this;
		return {error: {code, message, errors: [{message, domain: 'global', reason}]}};
	}
}

export const noSuchBucket = (): GcsRefusal => new GcsRefusal(404, 'notFound', 'The specified bucket does not exist.');

export const noSuchObject = (bucket: string, key: string): GcsRefusal => new GcsRefusal(404, 'notFound', `No such object: ${bucket}/${key}`);
