import test from 'ava';
import {ConfigurationError} from '#shared/errors.ts';
import {readServiceConfig} from '#shared/events/service-config.ts';

test('without any variable the port is 8080 and there is no sink', t => {
	t.deepEqual(readServiceConfig({}), {port: 8080, ceOverrides: {}});
});

test('PORT, K_SINK and K_CE_OVERRIDES are read', t => {
	const environment = {PORT: '0', K_SINK: 'http://broker/ns/name', K_CE_OVERRIDES: '{"extensions": {"cluster": "a"}}'};
	t.deepEqual(readServiceConfig(environment), {port: 0, sink: 'http://broker/ns/name', ceOverrides: {cluster: 'a'}});
});

test('an empty variable is an absent one', t => {
	t.deepEqual(readServiceConfig({K_SINK: '', K_CE_OVERRIDES: ''}), {port: 8080, ceOverrides: {}});
	t.deepEqual(readServiceConfig({K_CE_OVERRIDES: '{}'}), {port: 8080, ceOverrides: {}});
});

for (const [name, value] of [
	['PORT', 'http'],
	['PORT', '65536'],
	['PORT', '-1'],
	['K_CE_OVERRIDES', '{'],
	['K_CE_OVERRIDES', '{"extensions": {"id": "x"}}'],
	['K_CE_OVERRIDES', '{"extensions": {"my_name": "x"}}'],
	['K_CE_OVERRIDES', '{"extensions": {"a": 1}}'],
] as const) {
	test(`${name}=${value} is refused by name`, t => {
		t.throws(() => readServiceConfig({[name]: value}), {instanceOf: ConfigurationError, message: new RegExp(name, 'v')});
	});
}
