import test from 'ava';
import {contractReport, contractRows, provenRows} from '../../scripts/contract-report.ts';

const markdown = '| id | promise |\n|---|---|\n| B-001 | one |\n| B-002 | two |\n| X-001 | three |\n';

test('rows are read from the tables, in their order', t => {
	t.deepEqual(contractRows(markdown), ['B-001', 'B-002', 'X-001']);
});

test('a row is proven by a test that passed, and by no other', t => {
	const tap = [
		'ok 1 - crds › [B-001] [X-001] a passed test',
		'not ok 2 - crds › [B-002] a failed one',
		'ok 3 - crds › [X-001] a skipped one # SKIP',
		'ok 4 - crds › speaks of [no row]',
		'ok 5 - crds › [B-002] passed elsewhere',
	].join('\n');
	t.deepEqual([...provenRows([tap])], ['B-001', 'X-001']);
});

test('the report counts each prefix and names what is open', t => {
	const {text, complete} = contractReport(['B-001', 'B-002', 'X-001'], new Set(['B-001', 'X-001']));
	t.is(text, 'B 1/2\nX 1/1\n\nwithout a passing test:\nB-002');
	t.false(complete);
	t.true(contractReport(['B-001'], new Set(['B-001'])).complete);
});
