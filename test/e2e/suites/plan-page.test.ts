import {
	mkdtemp, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import test from 'ava';
import {type Browser, type Page} from 'playwright-core';
import {renderHtml} from '../../../cli/plan/html.ts';
import {planPage} from '../../../cli/plan/plan-page.ts';
import {checkAccessibility} from '../browser/accessibility.ts';
import {startChromium} from '../browser/chromium.ts';
import {
	boxesOf, cutTexts, nextFocus, overlapsOf,
} from '../browser/measure.ts';
import {runCommandLine} from '#test/cli/command-line.ts';
import {awkwardName, planReport} from '#test/cli/plan-report.ts';

const manifest = `
apiVersion: neo4j.neo4j.com/v1alpha1
kind: Neo4jBackup
metadata: {name: daily}
spec:
  target: {kind: Cluster, name: production}
  storage: {type: s3, bucket: backups, path: daily}
  schedules:
  - {name: full, schedule: "0 2 * * 0", backupType: FULL}
  - {name: diff, schedule: "0 2 * * 1-6", backupType: DIFF}
  retention: {maxAge: 14d, deletePolicy: Archive}
`;

const schemes = ['light', 'dark'] as const;
const pages = ['plan', 'archive', 'simulation'] as const;
const desktop = {width: 1200, height: 900};
const phone = {width: 360, height: 740};

let folder: string;
let browser: Browser;

test.before(async t => {
	t.timeout(60_000);
	folder = await mkdtemp(path.join(tmpdir(), 'plan-page-'));
	await writeFile(path.join(folder, 'plan.html'), renderHtml(planPage(planReport({maxAge: '14d', keep: {weekly: 3}}))));
	await writeFile(path.join(folder, 'archive.html'), renderHtml(planPage(planReport({maxAge: '14d', deletePolicy: 'Archive'}, ['neo4j', awkwardName]))));
	await writeFile(path.join(folder, 'backup.yaml'), manifest);
	const {errors} = await runCommandLine(['plan', '-f', path.join(folder, 'backup.yaml'), '--simulate', '90d', '--databases', 'neo4j,movies', '--html', path.join(folder, 'simulation.html')]);
	t.is(errors, '');
	browser = await startChromium();
});

test.after.always(async () => {
	await browser?.close();
	await rm(folder, {recursive: true, force: true});
});

type Opened = {readonly page: Page; readonly asked: readonly string[]; readonly complaints: readonly string[]};

type Reader = {readonly colorScheme?: typeof schemes[number]; readonly viewport?: typeof desktop};

const fileOf = (name: typeof pages[number]): string => path.join(folder, `${name}.html`);

const withPage = async (name: typeof pages[number], reader: Reader, look: (opened: Opened) => Promise<void>): Promise<void> => {
	const page = await browser.newPage({viewport: desktop, ...reader});
	const asked: string[] = [];
	const complaints: string[] = [];
	page.on('request', request => asked.push(request.url()));
	page.on('console', message => complaints.push(message.text()));
	page.on('pageerror', error => complaints.push(error.message));
	try {
		await page.goto(pathToFileURL(fileOf(name)).href);
		await look({page, asked, complaints});
	} finally {
		await page.close();
	}
};

for (const name of pages) {
	test.serial(`the page ${name} asks for nothing but itself, and what it forbids itself takes nothing from it`, async t => {
		const text = await readFile(fileOf(name), 'utf8');
		t.regex(text, /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'">/v);
		t.notRegex(text, /<script|\sstyle=|\son\w+=|https?:/v);
		await withPage(name, {}, async ({page, asked, complaints}) => {
			t.deepEqual(asked, [page.url()]);
			t.deepEqual(complaints, []);
			// Had the policy turned the style away, a bar would have no place.
			t.is(await page.evaluate('getComputedStyle(document.querySelector(".lanes .bar")).position'), 'absolute');
		});
	});

	for (const colorScheme of schemes) {
		test.serial(`the page ${name} breaks no rule of accessibility in ${colorScheme} colours, contrast included`, async t => {
			await withPage(name, {colorScheme}, async ({page}) => {
				const paper = await page.evaluate('getComputedStyle(document.body).backgroundColor');
				t.is(paper, {light: 'rgb(255, 255, 255)', dark: 'rgb(20, 24, 31)'}[colorScheme]);
				// Its words are there to be measured too.
				await page.focus('.lanes .bar');
				const {problems, contrasts} = await checkAccessibility(page);
				t.deepEqual(problems, []);
				t.true(contrasts > 20);
			});
		});
	}
}

test.serial('Tab goes through the timeline chain by chain, tells of each in sight of the reader, and Enter leads to its lines', async t => {
	await withPage('plan', {}, async ({page}) => {
		const expected = await page.locator('.lanes .bar').allTextContents();
		const skip = await nextFocus(page);
		t.like(skip, {
			selector: '.skip', words: 'Skip the timeline', isOutlined: true, isWholeInWindow: true,
		});
		const region = await nextFocus(page);
		t.like(region, {selector: '.scroll', words: 'Timeline', isOutlined: true});

		const walked: string[] = [];
		for (let focus = await nextFocus(page); focus?.selector === '.bar'; focus = await nextFocus(page)) {
			walked.push(focus.words);
			t.true(focus.isOutlined && focus.isWholeInWindow, `${focus.words} cannot be seen to have the focus`);
			const [told] = await boxesOf(page, '.bar:focus .words');
			t.true(told!.width > 300 && told!.height > 20 && told!.top + told!.height <= desktop.height, `${focus.words} is not told`);
			t.true(focus.box.top + focus.box.height < told!.top, `${focus.words} is hidden by what tells of it`);
		}

		t.is(walked.length, 54);
		t.deepEqual(walked, expected);
		t.is(walked[0], `${awkwardName}, 4 backups from 2026-09-23 00:00Z to 2026-09-26 00:00Z, 13.4GB: expires, older than 14d, and its chain ended 36d ago`);
		// By database, and within one by time.
		t.true(walked.at(-1)!.startsWith('neo4j, 1 backup of 2026-11-01 00:00Z'));

		await page.keyboard.press('Shift+Tab');
		await page.keyboard.press('Enter');
		t.is(await page.locator('tbody:target').locator('tr').count(), 2);
		t.regex((await page.locator('tbody:target').textContent())!, /Chain of 2026-11-01 00:00Z: 1 backup, 12\.3GB.*neo4j-2026-11-01T00-00-00\.backup/sv);
	});
});

test.serial('the timeline can be skipped, and tables that are wider than the window can be scrolled by keyboard', async t => {
	await withPage('plan', {viewport: phone}, async ({page}) => {
		await nextFocus(page);
		await page.keyboard.press('Enter');
		const focus = await nextFocus(page);
		t.like(focus, {selector: '.scroll', words: `Backups of ${awkwardName}, newest first`, isOutlined: true});
		const scrolled = page.evaluate('new Promise(resolve => { document.activeElement.addEventListener("scroll", () => resolve(true), {once: true}); })');
		await page.keyboard.press('ArrowRight');
		t.true(await scrolled);
	});
});

test.serial('a screen reader is told headings, totals, chains and tables by their roles and names', async t => {
	await withPage('plan', {}, async ({page}) => {
		const tree = await page.locator('main').ariaSnapshot();
		for (const line of [
			/^ +- heading "Retention of neo4j\/daily" \[level=1\]$/mv,
			/^ +- list "Totals":$/mv,
			/^ +- heading "Chains" \[level=2\]$/mv,
			/^ +- region "Timeline":$/mv,
			/^ +- heading "neo4j" \[level=3\]$/mv,
			/^ +- listitem:\n +- 'link "neo4j, 7 backups from 2026-10-25 00:00Z to 2026-10-31 00:00Z, 14\.4GB: stays, not older than 14d"':/mv,
			/^ +- table "Backups of neo4j, newest first":$/mv,
			/^ +- columnheader "Verdict"$/mv,
			/^ +- rowheader "2026-10-31 00:00:00Z"$/mv,
			/^ +- cell "stays"$/mv,
		]) {
			t.regex(tree, line);
		}
	});
	await withPage('simulation', {}, async ({page}) => {
		const tree = await page.locator('main').ariaSnapshot();
		t.regex(tree, /^ +- 'img "Storage at the end of each of 13 weeks: at most [^"]+; at the end [^"]+ and [^"]+ in the archive\. The table of the weeks has all numbers\."'/mv);
		t.regex(tree, /^ +- table "What is there at the end of each week, of all databases together":$/mv);
		t.regex(tree, /^ +- table "Chains of each database, oldest first":$/mv);
	});
});

for (const name of pages) {
	for (const viewport of [desktop, phone]) {
		test.serial(`the page ${name} fits a window of ${viewport.width} pixels: nothing is cut, no bar lies on another, each can be hit by a finger`, async t => {
			await withPage(name, {viewport}, async ({page}) => {
				t.is(await page.evaluate('document.documentElement.scrollWidth'), viewport.width);
				t.deepEqual(await cutTexts(page), []);
				const bars = await boxesOf(page, '.lanes .bar');
				t.true(bars.length >= 10);
				t.deepEqual(overlapsOf(bars), []);
				t.true(bars.every(({width, height}) => width >= 24 && height >= 24));
				t.deepEqual(overlapsOf(await boxesOf(page, '.plot h3, .lanes')), []);
				t.deepEqual(overlapsOf(await boxesOf(page, '.grid span')), []);
				// However far it is scrolled, it can be read whose chains these are.
				await page.evaluate('document.querySelector(".scroll:has(.plot)").scrollLeft = 1000');
				const names = await boxesOf(page, '.plot h3');
				t.true(names.every(({left, width}) => left >= 0 && left + width <= viewport.width));
			});
		});
	}
}

test.serial('what becomes of a chain can be told without its colour: each kind has a pattern or border of its own, which the key names', async t => {
	for (const [name, kinds] of [['plan', ['stays', 'expires']], ['archive', ['stays', 'is archived']], ['simulation', ['stays', 'was archived in the meantime']]] as const) {
		await withPage(name, {}, async ({page}) => {
			const looks = await page.evaluate<string[]>(String.raw`[...document.querySelectorAll('.legend .bar')].map(bar => {
				const {backgroundImage, borderTopStyle} = getComputedStyle(bar);
				return borderTopStyle + ' ' + backgroundImage.replaceAll(/rgb\([^)]*\)/g, '');
			})`);
			t.is(new Set(looks).size, kinds.length);
			const key = await page.locator('.legend li').allTextContents();
			t.deepEqual(key.map(text => text.trim()), [...kinds]);
		});
	}
});
