import XMLBuilder from 'fast-xml-builder';
import {XMLParser} from 'fast-xml-parser';

const builder = new XMLBuilder({ignoreAttributes: false});
const parser = new XMLParser({
	parseTagValue: false, trimValues: false, ignoreAttributes: true, htmlEntities: true, isArray: name => name === 'Object' || name === 'Part',
});

/**
An answer of S3: arrays become repeated elements. A carriage return is written as a reference, or a reader would take it for a line end.
*/
export const toXml = (root: string, content: Readonly<Record<string, unknown>>): string =>
	`<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({[root]: {'@_xmlns': 'http://s3.amazonaws.com/doc/2006-03-01/', ...content}}).replaceAll('\r', '&#13;')}`;

/**
A request's body; white space in values is kept, because keys may end in it.
*/
export const fromXml = (text: string): Readonly<Record<string, unknown>> => parser.parse(text) as Readonly<Record<string, unknown>>;
