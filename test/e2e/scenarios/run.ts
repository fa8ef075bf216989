import process from 'node:process';
import {pathToFileURL} from 'node:url';
import {avaCommand, runAva, type AvaRun} from '../../../scripts/run-ava.ts';
import {checkout} from '../cluster/own-cluster.ts';
import {startUpstream} from './start.ts';
import {environmentOf} from './upstream.ts';

export type ScenarioRun = {
	/** Files, and AVA's options. */
	readonly filters: readonly string[];
	readonly log: (line: string) => void;
	readonly signal: AbortSignal;
};

/** Tests of a file that share one scenario have another beside it. */
const atOnce = 2;

/**
Runs scenarios, as `npm test` and `npm run system` have them, on real API servers that are started for them: one file and one test after the other, because each has a server for itself.
*/
export const runScenarios = async ({filters, log, signal}: ScenarioRun): Promise<AvaRun> => {
	const started = Date.now();
	const upstreams = await Promise.all(Array.from({length: atOnce}, async () => startUpstream(log)));
	log(`${atOnce} API servers for scenarios are ready after ${((Date.now() - started) / 1000).toFixed(1)} s`);
	try {
		return await runAva(avaCommand(['--config', 'scenarios.config.js', '--concurrency', '1', '--serial', ...filters]), {
			cwd: pathToFileURL(checkout), env: {...process.env, ...environmentOf(upstreams)}, signal,
		});
	} finally {
		await Promise.all(upstreams.map(async ({stop}) => stop()));
	}
};
