/**
What arrived is not a CloudEvent 1.0, so that it can be answered only with 400: the same bytes will never be one. The message names the attribute or header and says what is wrong with it.
*/
export class EventFormatError extends Error {
	override readonly name = 'EventFormatError';
}
