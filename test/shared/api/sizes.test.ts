import test from 'ava';
import {formatBytes, throughput} from '#shared/api/sizes.ts';

for (const [bytes, text] of [[0, '0B'], [512, '512B'], [999, '999B'], [1000, '1KB'], [2_500_000_000, '2.5GB'], [1_049_000, '1MB'], [3.2e15, '3.2PB'], [4.5e18, '4500PB']] as const) {
	test(`${bytes} bytes read ${text}`, t => {
		t.is(formatBytes(bytes), text);
	});
}

test('throughput is size over duration, and a run of no time at all is no division by zero', t => {
	t.is(throughput(83_000_000, 10_000), '8.3MB/s');
	t.is(throughput(1000, 0), '1KB/s');
});
