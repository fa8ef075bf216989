import {existsSync} from 'node:fs';
import process from 'node:process';
import anyTest, {type ExecutionContext, type TestFn} from 'ava';
import {ownCluster} from '../cluster/own-cluster.ts';
import {makeCheckout, type NpmRun, type OwnCheckout} from '../stopped/own-checkout.ts';
import {
	allNamespaces, namespacesOf, networkOf, tracesOf,
} from '../stopped/traces.ts';
import {
	moments, ways, type Moment, type Way,
} from '../stopped/ways.ts';
import {isOnCluster} from '../suite-environment.ts';
import {until} from '../until.ts';

type Context = {readonly checkout: OwnCheckout};

/** What `npm run cluster` needs, as far as it can be told at once. */
const reasonAgainst = (): string | undefined => {
	if (process.platform !== 'linux' || process.getuid?.() !== 0) {
		return 'a node needs Linux and root';
	}

	if (isOnCluster()) {
		return 'it stops whole runs, so it is one of its own: npm run e2e -- test/e2e/suites/stopped.test.ts';
	}

	return existsSync(ownCluster().binaries) ? undefined : 'no node has been built here, which npm run cluster -- up does';
};

const reason = reasonAgainst();
const test = anyTest as TestFn<Context>;
const stopping = reason === undefined ? test.serial : test.serial.skip;
const because = reason === undefined ? '' : ` (${reason})`;

/** As long as what is left may take to go: an API server, etcd and their files, beside other work. */
const patienceSeconds = 45;
/** As long as a start may take beside other work. */
const startSeconds = 180;

test.before(async t => {
	if (reason !== undefined) {
		return;
	}

	t.context = {checkout: await makeCheckout()};
});

test.after.always(async t => {
	await t.context.checkout?.remove();
});

type Stop = {
	readonly command: readonly string[];
	/** Absent: once the command has ended. */
	readonly moment?: Moment;
	readonly way: Way;
};

const stopAt = async (t: ExecutionContext<Context>, {command, moment, way}: Stop): Promise<void> => {
	const {checkout} = t.context;
	const before = await networkOf();
	const known = await allNamespaces();
	await checkout.forget();
	const run = checkout.npm(...command);
	try {
		await (moment ? untilMoment(checkout, run, moment) : run.ended);
	} catch (error) {
		if (run.child.exitCode === null && run.child.signalCode === null) {
			const stop = ways['SIGKILL of all that npm started'];
			stop(checkout, run);
		}

		throw error;
	}

	const namespaces = await namespacesOf(checkout.settings, known);
	const seen = await tracesOf(checkout, namespaces);
	t.true(seen.length > 0, 'what is to be gone was there');
	await way(checkout, run);
	let left = seen;
	try {
		await run.ended;
		await until(async () => {
			left = await tracesOf(checkout, namespaces);
			return left.length === 0;
		}, 'all of it to be gone', patienceSeconds);
	} catch {
		// Told below, with what it is.
	}

	t.deepEqual(left, [], await run.output());
	t.deepEqual(await networkOf(), before);
};

const untilMoment = async (checkout: OwnCheckout, run: NpmRun, moment: Moment): Promise<void> => {
	let hasEnded = false;
	void run.ended.then(() => {
		hasEnded = true;
	});
	await until(async () => {
		if (hasEnded) {
			throw new Error(`It ended before it was to be stopped:\n${await run.output()}`);
		}

		return moment(checkout, run);
	}, 'the moment to stop it', startSeconds);
};

const suite = ['run', 'e2e', '--', 'test/e2e/suites/endless.test.ts'];
const withoutCluster = ['run', 'e2e', '--', 'test/e2e/suites/stores-endless.test.ts'];

/** Those that say most of the others. */
const chosen = new Set(['SIGKILL of all that npm started, while its node boots', 'Ctrl-C, while a suite runs']);

for (const [when, moment] of Object.entries(moments)) {
	for (const [how, way] of Object.entries(ways)) {
		const name = `${how}, ${when}`;
		const isPossible = when !== 'before its node boots' || !/keeper|box/v.test(how);
		if (isPossible && (chosen.has(name) || process.env['STOPPED_MOMENTS'] === 'all')) {
			stopping(`npm run e2e leaves nothing behind: ${name}${because}`, async t => {
				await stopAt(t, {command: suite, moment, way});
			});
		}
	}
}

for (const how of ['Ctrl-C', 'SIGKILL of the runner alone'] as const) {
	stopping(`suites that need no cluster leave nothing behind: ${how}${because}`, async t => {
		await stopAt(t, {command: withoutCluster, moment: moments['while a suite runs'], way: ways[how]});
	});
}

stopping(`a cluster that stays up leaves nothing behind when its keeper is killed${because}`, async t => {
	await stopAt(t, {command: ['run', 'cluster', '--', 'up'], way: ways['SIGKILL of the keeper']});
});
