/**
`ava`, with a TAP report that outlives a test that hangs: ava's own ends with a TypeError on an error that did not come from a worker, or that has no stack, and with it goes the whole run. It says for each file that hung which of its tests did.
*/
import run from '../node_modules/ava/lib/cli.js';
import TapReporter from '../node_modules/ava/lib/reporters/tap.js';

const reporter = TapReporter.prototype;
const {startRun, writeTest, writeCrash} = reporter;
const failed = {passed: false, todo: false, skip: false};

/** The report takes the place of an error from the second line of its stack, and fails where there is none. */
const withPlace = stack => stack.includes('\n') ? stack : `${stack}\n(no stack)`;

/** Errors of workers come in parts; this gives the others the same parts. */
const inParts = event => event.err instanceof Error ? {...event, err: {name: event.err.name, stack: event.err.stack, originalError: event.err}} : event;

reporter.startRun = function (plan) {
	const {sanitizeStackOutput: clean = stack => stack} = this;
	this.sanitizeStackOutput = stack => withPlace(clean(stack));
	Reflect.apply(startRun, this, [plan]);
};

reporter.writeTest = function (event, flags) {
	Reflect.apply(writeTest, this, [inParts(event), flags]);
};

reporter.writeCrash = function (event, title) {
	Reflect.apply(writeCrash, this, [inParts(event), title]);
};

reporter.writeTimeout = function ({pendingTests, period}) {
	for (const [testFile, titles] of pendingTests) {
		const error = new Error(`${this.relativeFile(testFile)} hung: no test of any file ended within ${period} ms`);
		for (const title of titles) {
			this.writeTest({testFile, title, err: error}, failed);
		}

		if (titles.size === 0) {
			this.writeCrash({err: error}, error.message);
		}
	}
};

run();
