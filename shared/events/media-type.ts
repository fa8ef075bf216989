import {EventFormatError} from './event-format-error.ts';

/**
The type of a body, without its parameters and in lower case: media types are compared that way (RFC 9110 §8.3.1).
*/
export type MediaType = string;

const utf8Names = /^(?:utf-?8|us-ascii)$/iv;

/**
The media type in a content-type header. A charset other than UTF-8 is refused where the body is text, because nothing here could read it.
*/
export const parseMediaType = (header: string): MediaType => {
	const [essence = '', ...parameters] = header.split(';').map(part => part.trim());
	if (!/^[\w.+*\-]+\/[\w.+*\-]+$/v.test(essence)) {
		throw new EventFormatError('content-type is not a media type');
	}

	const mediaType = essence.toLowerCase();
	const charset = parameters
		.map(parameter => /^charset\s*=\s*"?(?<name>[^"]*)"?$/iv.exec(parameter)?.groups?.['name'])
		.find(Boolean);
	if (charset && !utf8Names.test(charset) && (isJson(mediaType) || isText(mediaType))) {
		throw new EventFormatError(`content-type has the charset ${charset}: only utf-8 can be read`);
	}

	return mediaType;
};

export const isJson = (mediaType: MediaType): boolean => /^(?:application|text)\/json$|\+json$/v.test(mediaType);

export const isText = (mediaType: MediaType): boolean => mediaType.startsWith('text/');
