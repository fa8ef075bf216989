/**
A schema that uses everything the API server acts on, each thing once.
*/
export const widgetSchema = {
	type: 'object',
	required: ['spec'],
	'x-kubernetes-validations': [
		{rule: 'self.metadata.name.size() <= 10', message: 'choose a shorter name', fieldPath: '.metadata.name'},
	],
	properties: {
		apiVersion: {type: 'string'},
		kind: {type: 'string'},
		metadata: {type: 'object', properties: {name: {type: 'string'}}},
		status: {type: 'object', 'x-kubernetes-preserve-unknown-fields': true},
		spec: {
			type: 'object',
			required: ['kind'],
			'x-kubernetes-validations': [
				{
					rule: 'self.kind != \'Database\' || (has(self.owner) && self.owner != \'\')', message: 'a Database needs an owner', reason: 'FieldValueRequired', fieldPath: '.owner',
				},
				{rule: '!has(self.low) || !has(self.high) || self.low <= self.high', messageExpression: '\'low of a \' + self.kind + \' is above high\''},
				{rule: '!has(self.__namespace__) || self.__namespace__ != \'kube-system\'', reason: 'FieldValueForbidden', message: 'not in kube-system'},
				{rule: '!oldSelf.hasValue() || self.kind == oldSelf.value().kind', optionalOldSelf: true, message: 'kind is immutable'},
			],
			properties: {
				kind: {type: 'string', maxLength: 8, enum: ['Cluster', 'Database']},
				namespace: {type: 'string'},
				owner: {type: 'string', maxLength: 8},
				path: {type: 'string', pattern: '^[a-z]+$', 'x-kubernetes-validations': [{rule: 'self == oldSelf', message: 'path cannot be changed'}]},
				name: {type: 'string', minLength: 2},
				count: {
					type: 'integer', format: 'int32', minimum: 1, maximum: 10,
				},
				low: {type: 'integer'},
				high: {type: 'integer'},
				ratio: {type: 'number', exclusiveMinimum: true, minimum: 0},
				enabled: {type: 'boolean', default: true},
				at: {type: 'string', format: 'date-time'},
				note: {type: 'string', nullable: true},
				port: {anyOf: [{type: 'integer'}, {type: 'string'}], 'x-kubernetes-int-or-string': true},
				labels: {type: 'object', maxProperties: 2, additionalProperties: {type: 'string'}},
				tags: {
					type: 'array', maxItems: 3, items: {type: 'string'}, 'x-kubernetes-list-type': 'set',
				},
				rules: {
					type: 'array',
					maxItems: 10,
					'x-kubernetes-list-type': 'map',
					'x-kubernetes-list-map-keys': ['name'],
					items: {
						type: 'object',
						required: ['name'],
						properties: {
							name: {type: 'string'},
							weight: {type: 'integer', default: 5, 'x-kubernetes-validations': [{rule: 'self >= oldSelf', message: 'weight only grows'}]},
						},
					},
				},
				options: {type: 'object', default: {}, properties: {mode: {type: 'string', default: 'Fast'}}},
				free: {type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: {known: {type: 'object', properties: {a: {type: 'string'}}}}},
			},
		},
	},
} as const;
