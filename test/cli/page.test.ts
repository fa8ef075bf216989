import {createHash} from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import {renderHtml} from '../../cli/plan/html.ts';
import {lanesOf} from '../../cli/plan/lanes.ts';
import {planPage} from '../../cli/plan/plan-page.ts';
import {policyText} from '../../cli/plan/policy-text.ts';
import {timeAxis} from '../../cli/plan/time-axis.ts';
import {awkwardName, planReport} from './plan-report.ts';

test('no two bars of a lane touch, and there are no more lanes than bars that lie above one place', t => {
	const stretch = fc.record({left: fc.integer({min: 0, max: 1000}), width: fc.integer({min: 1, max: 300})});
	fc.assert(fc.property(fc.array(stretch, {maxLength: 40}), unsorted => {
		const bars = unsorted.toSorted((one, other) => one.left - other.left);
		const gap = 2;
		const lanes = lanesOf(bars, gap);
		const touches = (one: number, other: number): boolean => bars[one]!.left < bars[other]!.left + bars[other]!.width + gap && bars[other]!.left < bars[one]!.left + bars[one]!.width + gap;
		const most = Math.max(0, ...bars.map((bar, index) => bars.filter((other, position) => position <= index && other.left + other.width + gap > bar.left).length));
		t.true(bars.every((_, one) => bars.every((__, other) => one >= other || lanes[one] !== lanes[other] || !touches(one, other))));
		t.is(new Set(lanes).size, most);
	}));
});

test('an axis of months has days as ticks, and one of hours has hours', t => {
	const ticks = (end: string) => timeAxis(Date.parse('2026-11-01T00:00:00Z'), Date.parse(end)).ticks;
	t.deepEqual(ticks('2026-12-01T00:00:00Z').map(({label}) => label), ['2026-11-01', '2026-11-11', '2026-11-21', '2026-12-01']);
	t.deepEqual(ticks('2026-11-01T06:00:00Z').map(({label}) => label), ['11-01 00:00', '11-01 02:00', '11-01 04:00', '11-01 06:00']);
	t.deepEqual(ticks('2026-11-01T00:00:00Z').map(({left}) => Math.round(left)), [0, 33, 67, 100]);
});

test('a page allows itself its own style, by its digest, and nothing else', t => {
	const page = renderHtml(planPage(planReport({maxAge: '14d'})));
	const {style} = /<style>(?<style>.*)<\/style>/sv.exec(page)!.groups!;
	const digest = createHash('sha256').update(style!).digest('base64');
	t.true(page.includes(`content="default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'"`));
	t.false(page.includes(awkwardName));
	t.is(page.match(/<script/gv), null);
});

test('every bar leads to its rows, and every backup has one', t => {
	const report = planReport({maxAge: '14d', keep: {weekly: 3}});
	const page = renderHtml(planPage(report));
	const targets = [...page.matchAll(/href="#(?<id>chain-\d+)"/gv)].map(({groups}) => groups!['id']!);
	const ids = [...page.matchAll(/<tbody id="(?<id>[^"]+)">/gv)].map(({groups}) => groups!['id']!);
	t.is(targets.length, new Set(report.artifacts.map(({chain}) => chain)).size);
	t.deepEqual(targets.toSorted(), ids.toSorted());
	t.is(page.match(/<th scope="row">/gv)?.length, report.artifacts.length);
});

test('a page without backups says so', t => {
	const page = planPage({...planReport({}), artifacts: []});
	t.regex(page.body, /There are no chains\..*There are no backups\./sv);
});

test('a policy is told in the words of its fields', t => {
	t.is(policyText(undefined), 'none, so that nothing expires');
	t.is(policyText({
		maxCount: 3, pinned: ['20261101020000-00000000'], deletePolicy: 'Archive', mode: 'Enforce',
	}), 'maxCount 3, pinned 20261101020000-00000000, deletePolicy Archive');
});
