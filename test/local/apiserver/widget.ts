import {type Fields} from '#local/apiserver/object.ts';

const text = {type: 'string'};

const version1: Fields = {
	name: 'v1',
	served: true,
	storage: true,
	subresources: {status: {}},
	additionalPrinterColumns: [
		{
			name: 'Size', type: 'integer', jsonPath: '.spec.size', description: 'How big it is',
		},
		{name: 'Phase', type: 'string', jsonPath: '.status.phase'},
		{
			name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status', priority: 1,
		},
		{name: 'Team', type: 'string', jsonPath: String.raw`.metadata.labels.example\.com/team`},
		{name: 'Last', type: 'date', jsonPath: '.status.last'},
		{name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp'},
	],
	schema: {
		openAPIV3Schema: {
			type: 'object',
			description: 'A widget, as an example.',
			required: ['spec'],
			properties: {
				spec: {
					type: 'object',
					description: 'What is wanted.',
					required: ['size'],
					properties: {
						size: {type: 'integer', minimum: 1, description: 'How big it is.'},
						color: {type: 'string', enum: ['red', 'green'], default: 'red'},
						labels: {type: 'object', additionalProperties: text},
						tags: {type: 'array', items: text},
						parts: {
							type: 'array',
							'x-kubernetes-list-type': 'map',
							'x-kubernetes-list-map-keys': ['name'],
							items: {type: 'object', required: ['name'], properties: {name: text, count: {type: 'integer'}, note: text}},
						},
					},
					'x-kubernetes-validations': [
						{rule: 'self.size <= 100', message: 'size must be at most 100'},
						{rule: 'self.color == oldSelf.color', message: 'color cannot be changed', fieldPath: '.color'},
					],
				},
				status: {
					type: 'object',
					properties: {
						phase: text,
						last: {type: 'string', format: 'date-time'},
						conditions: {type: 'array', items: {type: 'object', 'x-kubernetes-preserve-unknown-fields': true}},
					},
				},
			},
		},
	},
};

const version1alpha1: Fields = {
	name: 'v1alpha1',
	served: true,
	storage: false,
	schema: {openAPIV3Schema: {type: 'object', 'x-kubernetes-preserve-unknown-fields': true}},
};

/**
A definition with everything that definitions can have: two versions, defaults, enums, rules, columns, status.
*/
export const widgetDefinition: Fields = {
	apiVersion: 'apiextensions.k8s.io/v1',
	kind: 'CustomResourceDefinition',
	metadata: {name: 'widgets.example.com'},
	spec: {
		group: 'example.com',
		scope: 'Namespaced',
		names: {
			kind: 'Widget', plural: 'widgets', singular: 'widget', shortNames: ['wd'], categories: ['all'],
		},
		versions: [version1alpha1, version1],
	},
};

export const widgets = '/apis/example.com/v1/namespaces/default/widgets';

export const widget = (name: string, spec: Fields = {}, metadata: Fields = {}): Fields => ({
	apiVersion: 'example.com/v1', kind: 'Widget', metadata: {name, ...metadata}, spec: {size: 1, ...spec},
});

/**
A Job that the server accepts.
*/
export const job = (name: string, metadata: Fields = {}): Fields => ({
	apiVersion: 'batch/v1',
	kind: 'Job',
	metadata: {name, ...metadata},
	spec: {template: {spec: {restartPolicy: 'Never', containers: [{name: 'main', image: 'example/main:1'}]}}},
});

export const jobs = '/apis/batch/v1/namespaces/default/jobs';

export const configMap = (name: string, metadata: Fields = {}, data: Fields = {}): Fields => ({
	apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, ...metadata}, data,
});

export const configMaps = '/api/v1/namespaces/default/configmaps';
