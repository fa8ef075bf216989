/**
Why a field is refused, in the words of `status.details.causes[].reason` of the API server.
*/
export type Reason
	= | 'FieldValueRequired'
		| 'FieldValueInvalid'
		| 'FieldValueNotSupported'
		| 'FieldValueDuplicate'
		| 'FieldValueForbidden'
		| 'FieldValueTooLong'
		| 'FieldValueTooMany'
		| 'FieldValueTypeInvalid';

/**
One refused field. The API server prints `<field>: <message>`; the field is `<nil>` for the object as a whole.
*/
export type FieldError = {readonly field: string; readonly message: string; readonly reason: Reason};

const prefixes: Record<Reason, string> = {
	FieldValueRequired: 'Required value',
	FieldValueInvalid: 'Invalid value',
	FieldValueNotSupported: 'Unsupported value',
	FieldValueDuplicate: 'Duplicate value',
	FieldValueForbidden: 'Forbidden',
	FieldValueTooLong: 'Too long',
	FieldValueTooMany: 'Too many',
	FieldValueTypeInvalid: 'Invalid value',
};

// These say nothing of the value, as in Kubernetes.
const silent = new Set<Reason>(['FieldValueRequired', 'FieldValueForbidden', 'FieldValueTooLong']);

/**
A field error in the wording of apimachinery's `field.Error`: what kind, the value as JSON, what is wanted.
*/
export const fieldError = (field: string, reason: Reason, value: unknown, detail = ''): FieldError => ({
	field: field === '' ? '<nil>' : field,
	reason,
	message: [
		prefixes[reason],
		...silent.has(reason) ? [] : [JSON.stringify(value ?? null)],
		...detail === '' ? [] : [detail],
	].join(': '),
});

/**
Whether the API server stops at these errors and leaves the CEL rules unchecked.
*/
export const isBlocking = ({reason}: FieldError): boolean => !['FieldValueInvalid', 'FieldValueDuplicate', 'FieldValueForbidden'].includes(reason);
