import test from 'ava';
import {filterProblem, passes, type Filtering} from '#local/eventing/filters.ts';

const attributes = {
	specversion: '1.0', id: '1', type: 'com.example.made', source: '/factory', kind: 'Job', empty: '',
};

const table: ReadonlyArray<readonly [title: string, filtering: Filtering, passes: boolean]> = [
	['no filter at all lets every event pass', {}, true],
	['an empty list of filters lets every event pass', {filters: []}, true],
	['exact compares the whole value', {filters: [{exact: {type: 'com.example.made'}}]}, true],
	['exact does not take a part for the whole', {filters: [{exact: {type: 'com.example'}}]}, false],
	['several attributes of one exact must all match', {filters: [{exact: {type: 'com.example.made', kind: 'Pod'}}]}, false],
	['prefix compares the beginning', {filters: [{prefix: {type: 'com.example.'}}]}, true],
	['prefix does not match elsewhere', {filters: [{prefix: {type: 'example'}}]}, false],
	['suffix compares the end', {filters: [{suffix: {type: '.made'}}]}, true],
	['suffix does not match elsewhere', {filters: [{suffix: {type: 'com'}}]}, false],
	['an attribute that is missing fails exact', {filters: [{exact: {subject: 'x'}}]}, false],
	['an attribute that is missing fails prefix', {filters: [{prefix: {subject: 'x'}}]}, false],
	['an attribute that is missing fails suffix', {filters: [{suffix: {subject: 'x'}}]}, false],
	['an attribute that is missing passes under not', {filters: [{not: {exact: {subject: 'x'}}}]}, true],
	['an exact with an empty value matches every event', {filters: [{exact: {subject: ''}}]}, true],
	['several filters must all match', {filters: [{exact: {kind: 'Job'}}, {prefix: {type: 'org.'}}]}, false],
	['all needs every one', {filters: [{all: [{exact: {kind: 'Job'}}, {suffix: {type: '.made'}}]}]}, true],
	['all fails with one', {filters: [{all: [{exact: {kind: 'Job'}}, {suffix: {type: '.sold'}}]}]}, false],
	['any needs one', {filters: [{any: [{exact: {kind: 'Pod'}}, {exact: {kind: 'Job'}}]}]}, true],
	['any fails without one', {filters: [{any: [{exact: {kind: 'Pod'}}]}]}, false],
	['legacy attributes must all match', {filter: {attributes: {type: 'com.example.made', kind: 'Job'}}}, true],
	['legacy attributes fail on another value', {filter: {attributes: {kind: 'Pod'}}}, false],
	['a legacy empty value wants the attribute to be there', {filter: {attributes: {kind: ''}}}, true],
	['a legacy empty value fails when the attribute is missing', {filter: {attributes: {subject: ''}}}, false],
	['a legacy empty value fails when the attribute is empty', {filter: {attributes: {empty: ''}}}, false],
	['filters hide legacy attributes', {filters: [{exact: {kind: 'Job'}}], filter: {attributes: {kind: 'Pod'}}}, true],
];

for (const [title, filtering, expected] of table) {
	test(title, t => {
		t.is(passes(filtering, attributes), expected);
	});
}

const refused: ReadonlyArray<readonly [title: string, filtering: Filtering, problem: RegExp]> = [
	['two dialects in one filter are refused', {filters: [{exact: {a: 'b'}, suffix: {a: 'b'}}]}, /multiple dialects found: exact, suffix/v],
	['cesql is refused', {filters: [{cesql: 'TRUE'}]}, /cesql is not understood/v],
	['cesql is refused inside another filter', {filters: [{exact: {a: 'b'}}, {not: {any: [{cesql: 'TRUE'}]}}]}, /filters\[1\].*cesql/v],
	['an attribute name with an upper-case letter is refused', {filters: [{exact: {Kind: 'Job'}}]}, /invalid attribute name Kind/v],
	['an empty prefix is refused', {filters: [{prefix: {type: ''}}]}, /prefix of type is empty/v],
	['an empty suffix is refused', {filters: [{suffix: {type: ''}}]}, /suffix of type is empty/v],
];

for (const [title, filtering, problem] of refused) {
	test(title, t => {
		t.regex(filterProblem(filtering) ?? '', problem);
	});
}

test('an empty exact is not refused, as Knative lets it through', t => {
	t.is(filterProblem({filters: [{exact: {kind: ''}}]}), undefined);
});
