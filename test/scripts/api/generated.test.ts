import test from 'ava';
import type {CustomResource} from '../../../scripts/api/custom-resources.ts';
import {generateJsonSchema} from '../../../scripts/api/json-schema.ts';
import {generateReference} from '../../../scripts/api/reference.ts';
import {shapesOf, type CustomResourceDefinition} from '../../../scripts/api/shapes.ts';
import {generateTypes} from '../../../scripts/api/types.ts';

const account = {type: 'object', description: 'An account.', properties: {name: {type: 'string', description: 'Its name.'}}};

const definition: CustomResourceDefinition = {
	spec: {
		group: 'example.com',
		names: {kind: 'Widget'},
		versions: [{
			name: 'v1',
			schema: {
				openAPIV3Schema: {
					type: 'object',
					description: 'Widget is a thing.',
					properties: {
						apiVersion: {type: 'string', description: 'The version.'},
						kind: {type: 'string', description: 'The kind.'},
						metadata: {type: 'object', properties: {name: {type: 'string'}}},
						spec: {
							type: 'object',
							description: 'What is wanted.',
							required: ['mode'],
							properties: {
								mode: {
									type: 'string', enum: ['Fast', 'Safe'], default: 'Safe', description: 'How, by <mode>.',
								},
								port: {'x-kubernetes-int-or-string': true, description: 'A port.'},
								labels: {type: 'object', additionalProperties: {type: 'string'}, description: 'Labels.'},
								modes: {type: 'array', items: {type: 'string', enum: ['A', 'B']}, description: 'Modes.'},
								accounts: {type: 'array', items: account, description: 'Accounts.'},
								other: {...account, description: 'Another account.'},
							},
						},
					},
				},
			},
		}],
	},
};

const resource: CustomResource = {
	crd: 'crds/widgets.yaml', types: 'widget.generated.ts', shapes: {'': 'Widget', spec: 'WidgetSpec', 'spec.accounts[]': 'Account'},
};

test('types are read-only aliases in the words of the CRD, one per named object', t => {
	t.is(generateTypes(resource, definition), `// Generated from crds/widgets.yaml by \`npm run types\`: change the CRD, not this file.
import type {ObjectMeta} from '../kube/object.ts';

/**
Widget is a thing.
*/
export type Widget = {
	/** The version. */
	readonly apiVersion: string;
	/** The kind. */
	readonly kind: string;
	/** Standard object metadata. */
	readonly metadata: ObjectMeta;
	/** What is wanted. */
	readonly spec?: WidgetSpec;
};

/**
What is wanted.
*/
export type WidgetSpec = {
	/** How, by <mode>. */
	readonly mode: 'Fast' | 'Safe';
	/** A port. */
	readonly port?: number | string;
	/** Labels. */
	readonly labels?: Readonly<Record<string, string>>;
	/** Modes. */
	readonly modes?: readonly ('A' | 'B')[];
	/** Accounts. */
	readonly accounts?: readonly Account[];
	/** Another account. */
	readonly other?: Account;
};

/**
An account.
*/
export type Account = {
	/** Its name. */
	readonly name?: string;
};
`);
});

test('the reference has a section per named object and a row per field', t => {
	t.is(generateReference(resource, definition), `## Widget

\`apiVersion: example.com/v1\`, \`kind: Widget\`, defined in [crds/widgets.yaml](../crds/widgets.yaml).

Widget is a thing.

| field | type | default | meaning |
|---|---|---|---|
| \`apiVersion\` (required) | string |  | The version. |
| \`kind\` (required) | string |  | The kind. |
| \`metadata\` (required) | ObjectMeta |  | Standard object metadata. |
| \`spec\` | [WidgetSpec](#widgetspec-of-a-widget) |  | What is wanted. |

### WidgetSpec of a Widget

What is wanted.

| field | type | default | meaning |
|---|---|---|---|
| \`mode\` (required) | \`Fast\`, \`Safe\` | \`Safe\` | How, by &lt;mode>. |
| \`port\` | number, string |  | A port. |
| \`labels\` | map of string |  | Labels. |
| \`modes\` | list of \`A\`, \`B\` |  | Modes. |
| \`accounts\` | list of [Account](#account-of-a-widget) |  | Accounts. |
| \`other\` | [Account](#account-of-a-widget) |  | Another account. |

### Account of a Widget

An account.

| field | type | default | meaning |
|---|---|---|---|
| \`name\` | string |  | Its name. |
`);
});

test('the schema of the spec has no more than what a manifest is checked by, and refuses what it does not name', t => {
	t.is(generateJsonSchema(resource, definition).replaceAll(/\s+/gv, ' '), `// Generated from crds/widgets.yaml by \`npm run types\`: change the CRD, not this file.
export const widgetSpecSchema = {
	"type": "object", "required": [ "mode" ],
	"properties": {
		"mode": { "type": "string", "enum": [ "Fast", "Safe" ] },
		"port": {},
		"labels": { "type": "object", "additionalProperties": { "type": "string" } },
		"modes": { "type": "array", "items": { "type": "string", "enum": [ "A", "B" ] } },
		"accounts": { "type": "array", "items": { "type": "object", "properties": { "name": { "type": "string" } }, "additionalProperties": false } },
		"other": { "type": "object", "properties": { "name": { "type": "string" } }, "additionalProperties": false }
	},
	"additionalProperties": false
} as const;
`.replaceAll(/\s+/gv, ' '));
});

test('an object without a name is an error that tells its path', t => {
	t.throws(() => shapesOf({...resource, shapes: {'': 'Widget', spec: 'WidgetSpec'}}, definition), {message: /spec\.accounts\[\] has no name/v});
});
