import test from 'ava';
import {startServer} from './server.ts';
import {configMap, configMaps} from './widget.ts';
import {type Fault} from '#local/apiserver/http/fault.ts';

test('every request is told of, with its status and who sent it', async t => {
	const seen: unknown[] = [];
	const {create, request} = await startServer(t, {
		onRequest({method, path, query, status, userAgent}) {
			seen.push([method, path, String(query), status, userAgent]);
		},
	});
	await create(configMap('a'));
	await request('GET', `${configMaps}/none?x=y`);
	t.deepEqual(seen, [['POST', configMaps, '', 201, 'tester/1'], ['GET', `${configMaps}/none`, 'x=y', 404, 'tester/1']]);
});

const reasons = [[403, 'Forbidden'], [409, 'Conflict'], [429, 'TooManyRequests'], [500, 'InternalError'], [503, 'ServiceUnavailable']] as const;

for (const [status, reason] of reasons) {
	test(`a request can be made to fail with ${status}, without effect`, async t => {
		let fault: Fault | undefined = {status};
		const {codeOf, request} = await startServer(t, {fault: ({method}) => method === 'POST' ? fault : undefined});
		t.like(await request('POST', configMaps, configMap('a')), {code: status, body: {kind: 'Status', code: status, reason}});
		fault = undefined;
		t.is(await codeOf('GET', `${configMaps}/a`), 404);
		t.is(await codeOf('POST', configMaps, configMap('a')), 201);
	});
}

test('a connection can be cut before the effect, or after it', async t => {
	const faults: Fault[] = [{drop: true}, {dropAfter: true}];
	const statuses: number[] = [];
	const {codeOf, request} = await startServer(t, {
		fault: ({method}) => method === 'POST' ? faults.shift() : undefined,
		onRequest({status}) {
			statuses.push(status);
		},
	});
	await t.throwsAsync(request('POST', configMaps, configMap('a')));
	t.is(await codeOf('GET', `${configMaps}/a`), 404);
	await t.throwsAsync(request('POST', configMaps, configMap('a')));
	t.is(await codeOf('GET', `${configMaps}/a`), 200);
	t.deepEqual(statuses, [0, 404, 0, 200]);
});

test('a request can be made to wait, and is not served when its client has given up', async t => {
	const told = Promise.withResolvers<number>();
	const client = new AbortController();
	const {codeOf, server} = await startServer(t, {
		fault({path}) {
			if (path !== configMaps) {
				return undefined;
			}

			client.abort();
			return {delayMs: 60_000};
		},
		onRequest({status}) {
			told.resolve(status);
		},
	});
	await t.throwsAsync(fetch(server.url + configMaps, {method: 'POST', body: JSON.stringify(configMap('a')), signal: client.signal}));
	t.is(await told.promise, 0);
	t.is(await codeOf('GET', `${configMaps}/a`), 404);
});

test('a server can be closed while requests hang and watches are open', async t => {
	const {server, watch} = await startServer(t, {fault: ({method}) => method === 'PUT' ? {delayMs: 60_000} : undefined});
	const {next} = await watch(`${configMaps}?watch=true`);
	const hanging = fetch(`${server.url}${configMaps}/a`, {method: 'PUT', body: '{}'});
	await server.close();
	await t.throwsAsync(hanging);
	t.is(await next(), undefined);
});
