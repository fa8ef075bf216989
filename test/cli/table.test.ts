import test from 'ava';
import {renderTable} from '../../cli/table.ts';

test('columns are as wide as their widest cell, numbers stand right, and no line ends in blanks', t => {
	t.is(renderTable([{header: 'NAME'}, {header: 'SIZE', isNumber: true}, {header: ''}], [['a', '10GB', ''], ['longer', '1B', '██']]), [
		'NAME     SIZE',
		'a        10GB',
		'longer     1B   ██',
		'',
	].join('\n'));
});

test('a table of more rows than a function takes arguments is printed whole', t => {
	const rows = Array.from({length: 1_000_000}, (_, index) => [String(index)]);
	t.is(renderTable([{header: 'ROW'}], rows).split('\n').length, rows.length + 2);
});
