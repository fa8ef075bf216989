import test from 'ava';
import {artifact, at} from '../catalogue/history.ts';
import {createMemoryStore} from '../catalogue/memory-store.ts';
import {type Verdict} from '#shared/retention/plan.ts';
import {chainRemover} from '#shared/retention/remove-chains.ts';

type Chains = ReadonlyArray<readonly Verdict[]>;

/** Chains of this many members, each of a database of its own. */
const chains = (prefix: string, count: number, members: number): Chains => Array.from({length: count}, (_chain, number) => Array.from({length: members}, (_member, position): Verdict => ({
	artifact: {
		...artifact(position + 1, {database: `${prefix}${number}`, full: position === 0}),
		runID: 'run',
		targetUID: 'target',
		takenAt: at(1).toISOString(),
		orderTime: at(1).toISOString(),
		state: 'present',
		isRestorable: true,
		isEmpty: false,
	},
	chain: `${prefix}${number}`,
	verdict: 'expire',
	reason: 'expires',
})));

const world = (reasonToStop: () => Promise<string | undefined> = async () => undefined) => {
	const store = createMemoryStore();
	return {
		remover: chainRemover(store, {
			versions: 'Keep', limits: {batchSize: 10, deletesAtOnce: 4}, isOver: () => false, reasonToStop,
		}),
		sizes: () => store.requests.filter(({method}) => method === 'delete').map(({keys}) => keys.length),
	};
};

const staysNot = async () => undefined;

test('chains that came apart share requests, and what is not a whole request waits for chains on their way', async t => {
	const {remover, sizes} = world();
	remover.expect('more');
	const one = remover.remove(chains('one', 6, 1), staysNot);
	const other = remover.remove(chains('two', 9, 1), staysNot);
	t.deepEqual(sizes(), [], 'it looks first');
	const first = await one;
	t.is(first.gone.length, 6);
	t.deepEqual(sizes(), [10]);
	remover.expect('nothing');
	const second = await other;
	t.is(second.gone.length, 9);
	t.deepEqual(sizes(), [10, 5]);
});

test('each is told what came of its own chains, also when what the other asks for ends all', async t => {
	let looks = 0;
	const {remover, sizes} = world(async () => ++looks > 2 ? 'enough' : undefined);
	const [one, other] = await Promise.all([remover.remove(chains('one', 10, 1), staysNot), remover.remove(chains('two', 15, 2), staysNot)]);
	t.deepEqual(sizes(), [10, 10]);
	t.is(one.gone.length, 10);
	t.is(one.stopped, undefined);
	t.is(other.gone.length, 10);
	t.is(other.stopped, 'enough');
	t.deepEqual(await remover.remove(chains('three', 1, 1), staysNot), {gone: [], failures: [], stopped: 'enough'});
});

test('what forbids the chains of one forbids a request in which there are chains of another too', async t => {
	const {remover, sizes} = world();
	remover.expect('more');
	const one = remover.remove(chains('one', 2, 1), staysNot);
	const other = remover.remove(chains('two', 2, 1), async () => 'the listing is old');
	remover.expect('nothing');
	t.like(await one, {gone: [], stopped: 'the listing is old'});
	t.like(await other, {gone: [], stopped: 'the listing is old'});
	t.deepEqual(sizes(), []);
});

test('what is missing has no file that could be deleted, and goes with the last file of its chain', async t => {
	const {remover, sizes} = world();
	const [chain] = chains('one', 1, 3);
	const gone = chain!.map((verdict, position): Verdict => position === 1 ? {...verdict, artifact: {...verdict.artifact, state: 'missing'}} : verdict);
	const {gone: told} = await remover.remove([gone], staysNot);
	t.deepEqual(sizes(), [1, 1]);
	t.is(told.length, 3);
	t.is(told.at(-1)?.artifact.state, 'missing');
});

test('what is missing stays in the catalogue for as long as its chain does', async t => {
	const {remover} = world(async () => 'enough');
	const [chain] = chains('one', 1, 3);
	const gone = chain!.map((verdict, position): Verdict => position === 1 ? {...verdict, artifact: {...verdict.artifact, state: 'missing'}} : verdict);
	t.deepEqual(await remover.remove([gone], staysNot), {gone: [], failures: [], stopped: 'enough'});
});
