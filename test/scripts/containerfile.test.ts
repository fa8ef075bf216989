import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';

const root = path.join(import.meta.dirname, '../..');
const text = await readFile(path.join(root, 'Containerfile'), 'utf8');
const instructions = text.split('\n').filter(line => /^[A-Z]/v.test(line));

test('the image stands on one that is pinned by its digest, and runs nothing to be built', t => {
	t.regex(instructions[0] ?? '', /^FROM \S+@sha256:[0-9a-f]{64}$/v);
	t.deepEqual(instructions.filter(line => /^(?:RUN|ADD)/v.test(line)), []);
});

test('the image holds the bundles and nothing else of the project', async t => {
	t.deepEqual(instructions.filter(line => line.startsWith('COPY')), ['COPY LICENSE dist/*.mjs ./']);
	const ignored = await readFile(path.join(root, '.dockerignore'), 'utf8');
	t.deepEqual(ignored.trim().split('\n'), ['*', '!LICENSE', '!dist/*.mjs']);
});

test('the image runs as a user that a number shows not to be root, and takes the program as its first argument', t => {
	t.true(instructions.includes('USER 65532:65532'));
	t.true(instructions.includes('WORKDIR /app'));
	t.is(instructions.at(-1), 'ENTRYPOINT ["/nodejs/bin/node"]');
});
