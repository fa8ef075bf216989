import {existsSync} from 'node:fs';
import {glob, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';

const root = path.join(import.meta.dirname, '../..');

const files = async (pattern: string | readonly string[]): Promise<readonly string[]> => {
	const found: string[] = [];
	for await (const file of glob(pattern, {cwd: root, exclude: name => name === 'node_modules'})) {
		found.push(file);
	}

	return found.toSorted();
};

const read = async (file: string): Promise<string> => readFile(path.join(root, file), 'utf8');

/** What is shown as code is no link. */
const prose = (markdown: string): string => markdown.replaceAll(/^```.*?^```/gmsv, '').replaceAll(/`[^`\n]*`/gv, code => code.replaceAll(/[\[\]]/gv, ''));

const linksOf = (markdown: string): readonly string[] => [...prose(markdown).matchAll(/\]\((?<target>[^\s\)]+)\)/gv)].map(match => match.groups!['target']!);

/** The anchor that a heading gets: lower case, without punctuation, spaces as hyphens. */
const anchorOf = (heading: string): string => heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_\-]/gv, '').replaceAll(/\s/gv, '-');

const anchorsOf = (markdown: string): readonly string[] => [...markdown.matchAll(/^#+ (?<heading>.+)$/gmv)].map(match => anchorOf(match.groups!['heading']!));

const pages = await files(['*.md', 'docs/**/*.md', 'examples/**/*.md']);

for (const page of pages) {
	test(`every link within the project in ${page} leads somewhere`, async t => {
		const links = linksOf(await read(page)).filter(link => !/^[a-z]+:/v.test(link));
		const problems = await Promise.all(links.map(async link => brokenLink(page, link)));
		t.deepEqual(problems.filter(problem => problem !== undefined), []);
	});
}

const brokenLink = async (page: string, link: string): Promise<string | undefined> => {
	const [target, anchor] = link.split('#') as [string, string?];
	const file = target === '' ? page : path.join(path.dirname(page), target);
	if (!existsSync(path.join(root, file))) {
		return `${link}: there is no ${file}`;
	}

	return anchor === undefined || anchorsOf(await read(file)).includes(anchor) ? undefined : `${link}: ${file} has no such heading`;
};

test('[B-005] there is a guide to backup and restore, to which the reference of the API leads, and the README to every guide', async t => {
	t.true(anchorsOf(await read('docs/backup.md')).includes('restoring-by-hand'));
	const reference = linksOf(await read('docs/api.md'));
	t.true(reference.includes('backup.md'));
	const readme = linksOf(await read('README.md'));
	for (const guide of await files('docs/*.md')) {
		t.true(readme.includes(guide), `${guide} is missing`);
	}
});

test('README and ARCHITECTURE are short', async t => {
	for (const page of ['README.md', 'ARCHITECTURE.md']) {
		const text = await read(page);
		t.true(text.split('\n').length <= 150, `${page} is longer than 150 lines`);
	}
});

test('the commands that the documents show exist', async t => {
	const {scripts} = JSON.parse(await read('package.json')) as {scripts: Record<string, string>};
	// The contract speaks of commands that come later.
	for (const page of pages.filter(name => name !== 'docs/contract.md')) {
		const text = await read(page);
		for (const [, command] of text.matchAll(/npm run (?<name>[a-z0-9:]+)/gv)) {
			t.true(command! in scripts, `${page}: npm run ${command}`);
		}
	}
});

test('each reason that the backup guide explains is one that the code gives', async t => {
	const sources = await files('{functions,jobs,shared}/**/*.ts');
	const texts = await Promise.all(sources.map(async file => read(file)));
	const code = texts.join('\n');
	const guide = await read('docs/backup.md');
	const table = guide.slice(guide.indexOf('## Troubleshooting'), guide.indexOf('## Restoring by hand'));
	const rows = [...table.matchAll(/^\| (?<reasons>`[^\|]+) \|/gmv)].flatMap(match => match.groups!['reasons']!.replaceAll(/[`\s]/gv, '').split(','));
	t.true(rows.length > 40);
	for (const reason of rows) {
		t.regex(code, new RegExp(`'${reason}(?:Error)?'`, 'v'), `${reason} is nowhere in the code`);
	}
});
