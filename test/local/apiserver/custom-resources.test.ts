import test from 'ava';
import {startServer, untilGone} from './server.ts';
import {widget, widgetDefinition, widgets} from './widget.ts';

test('a definition is served from the moment it is stored, and Established', async t => {
	const client = await startServer(t);
	const {codeOf, create, get, request} = client;
	t.is(await codeOf('GET', widgets), 404);
	await create(widgetDefinition);
	t.like(await get('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com'), {
		status: {
			acceptedNames: {kind: 'Widget', listKind: 'WidgetList'},
			conditions: [{type: 'NamesAccepted', status: 'True'}, {type: 'Established', status: 'True'}],
			storedVersions: ['v1'],
		},
	});
	t.like(await get(widgets), {kind: 'WidgetList', apiVersion: 'example.com/v1', items: []});
	t.like(await get('/apis/example.com'), {preferredVersion: {version: 'v1'}});
	await request('DELETE', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com');
	await untilGone(client, widgets);
});

test('an object is the same in every served version', async t => {
	const {codeOf, create, get} = await startServer(t);
	await create(widgetDefinition);
	const created = await create(widget('a'));
	const other = await get('/apis/example.com/v1alpha1/namespaces/default/widgets/a');
	t.deepEqual(other, {...created, apiVersion: 'example.com/v1alpha1'});
	t.is(await codeOf('PUT', '/apis/example.com/v1alpha1/namespaces/default/widgets/a', {...other, spec: {size: 2, color: 'red'}}), 200);
	t.like(await get(`${widgets}/a`), {apiVersion: 'example.com/v1', spec: {size: 2}});
});

test('defaults are filled in, and the status is not the creator\'s to write', async t => {
	const {create} = await startServer(t);
	await create(widgetDefinition);
	const created = await create({...widget('a'), status: {phase: 'Done'}});
	t.deepEqual(created.spec, {size: 1, color: 'red'});
	t.false('status' in created);
});

test('unknown fields are refused with Strict, told with Warn, and dropped in silence with Ignore', async t => {
	const {bodyOf, create, request} = await startServer(t);
	await create(widgetDefinition);
	const sent = widget('a', {colour: 'red', parts: [{name: 'x', amount: 1}]}, {labls: {}});
	t.like(await bodyOf('POST', `${widgets}?fieldValidation=Strict`, sent), {
		code: 400,
		reason: 'BadRequest',
		message: 'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "metadata.labls", unknown field "spec.colour", unknown field "spec.parts[0].amount"',
	});
	const warned = await request('POST', widgets, sent);
	t.is(warned.code, 201);
	t.is(warned.headers.get('warning'), String.raw`299 - "unknown field \"metadata.labls\"", 299 - "unknown field \"spec.colour\"", 299 - "unknown field \"spec.parts[0].amount\""`);
	t.deepEqual(warned.body.spec, {size: 1, parts: [{name: 'x'}], color: 'red'});
	const ignored = await request('POST', `${widgets}?fieldValidation=Ignore`, {...sent, metadata: {name: 'b'}});
	t.is(ignored.headers.get('warning'), null);
});

test('an invalid object is 422 with every cause, worded as kubectl prints it', async t => {
	const {bodyOf, create} = await startServer(t);
	await create(widgetDefinition);
	t.like(await bodyOf('POST', widgets, widget('a', {color: 'blue'})), {
		code: 422,
		reason: 'Invalid',
		message: 'Widget.example.com "a" is invalid: [spec.color: Unsupported value: "blue": supported values: "red", "green", <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]',
		details: {
			name: 'a',
			group: 'example.com',
			kind: 'Widget',
			causes: [{reason: 'FieldValueNotSupported', field: 'spec.color', message: 'Unsupported value: "blue": supported values: "red", "green"'}, {reason: 'FieldValueInvalid'}],
		},
	});
	t.like(await bodyOf('POST', widgets, widget('a', {size: 101})), {code: 422, message: 'Widget.example.com "a" is invalid: spec: Invalid value: "object": size must be at most 100'});
});

test('a rule may compare an update with what was there', async t => {
	const {bodyOf, codeOf, create} = await startServer(t);
	await create(widgetDefinition);
	await create(widget('a'));
	t.like(await bodyOf('PATCH', `${widgets}/a`, {spec: {color: 'green'}}, {'content-type': 'application/merge-patch+json'}), {
		code: 422, details: {causes: [{field: 'spec.color', message: 'Invalid value: "object": color cannot be changed'}]},
	});
	t.is(await codeOf('POST', widgets, widget('b', {color: 'green'})), 201);
});

test('a write to the object leaves its status alone, a write to its status everything else', async t => {
	const {bodyOf, codeOf, create} = await startServer(t);
	await create(widgetDefinition);
	const created = await create(widget('a'));
	const running = await bodyOf('PUT', `${widgets}/a/status`, {
		...created, metadata: {...created.metadata, labels: {a: 'b'}}, spec: {size: 50}, status: {phase: 'Running'},
	});
	t.like(running, {spec: {size: 1}, status: {phase: 'Running'}, metadata: {generation: 1, labels: undefined}});
	const changed = await bodyOf('PUT', `${widgets}/a`, {...running, spec: {size: 2}, status: {phase: 'Done'}});
	t.like(changed, {spec: {size: 2}, status: {phase: 'Running'}});
	t.is(await codeOf('PUT', `${widgets}/a/status`, running), 409);
});

test('the generation counts changes of the spec only', async t => {
	const {bodyOf, create} = await startServer(t);
	await create(widgetDefinition);
	await create(widget('a'));
	const steps = [
		[`${widgets}/a`, {metadata: {labels: {a: 'b'}}}, 1],
		[`${widgets}/a/status`, {status: {phase: 'Running'}}, 1],
		[`${widgets}/a`, {spec: {size: 2}}, 2],
		[`${widgets}/a`, {spec: {size: 2}}, 2],
	] as const;
	for (const [path, change, generation] of steps) {
		t.like(await bodyOf('PATCH', path, change, {'content-type': 'application/merge-patch+json'}), {metadata: {generation}});
	}
});

test('a custom resource can only be replaced by who says which version was read', async t => {
	const {bodyOf, create} = await startServer(t);
	await create(widgetDefinition);
	await create(widget('a'));
	t.like(await bodyOf('PUT', `${widgets}/a`, widget('a')), {code: 422, message: 'widgets.example.com "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update'});
});

test('a definition that could not be served is refused', async t => {
	const {request} = await startServer(t);
	const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
	const {spec} = widgetDefinition as {readonly spec: Record<string, unknown>};
	const refused = [
		[{...widgetDefinition, metadata: {name: 'widgets.other.com'}}, 'must be spec.names.plural+"."+spec.group'],
		[{...widgetDefinition, spec: {...spec, versions: []}}, 'exactly one version marked as storage version'],
		[{...widgetDefinition, spec: {...spec, versions: [{name: 'v1', served: true, storage: true}]}}, 'spec.versions[0].schema.openAPIV3Schema: Required value'],
		[{
			...widgetDefinition, spec: {
				...spec, versions: [{
					name: 'v1', served: true, storage: true, schema: {openAPIV3Schema: {type: 'string'}},
				}],
			},
		}, 'must be object at the root'],
	] as const;
	for (const [definition, reason] of refused) {
		const {code, body} = await request('POST', definitions, definition);
		t.is(code, 422);
		t.true(body.message.includes(reason));
	}
});
