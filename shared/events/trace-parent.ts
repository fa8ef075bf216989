import {type Headers} from './decode.ts';
import {type ReceivedEvent} from './received-event.ts';

/**
The trace that an event belongs to, to be carried on by whatever it causes: the event's own attribute, which names the trace that it started in, else the header of the hop. Undefined for none, or for one that is not of the form of W3C Trace Context.
*/
export const traceParentOf = (event: ReceivedEvent, headers: Headers): string | undefined =>
	[event.extensions['traceparent'], headers['traceparent']].flat().find(value => typeof value === 'string' && isTraceParent(value)) as string | undefined;

const isTraceParent = (text: string): boolean => /^(?!ff)[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/v.test(text);
