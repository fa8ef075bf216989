import {spawn, type ChildProcess} from 'node:child_process';
import {openSync, closeSync} from 'node:fs';
import {once} from 'node:events';
import path from 'node:path';
import {type Component, type ComponentName} from './components.ts';

type Running = {readonly component: Component; child: ChildProcess; wanted: boolean; restarts: number};

export type Supervisor = {
	readonly start: (component: Component) => void;
	/** Ends it by SIGTERM, and by SIGKILL after two seconds (an API server would wait a minute for its watches); it stays away until it is started again. */
	readonly stop: (name: ComponentName) => Promise<void>;
	readonly startAgain: (name: ComponentName) => void;
	/** Freezes it: it keeps its connections and answers nothing. */
	readonly signal: (name: ComponentName, signal: 'SIGSTOP' | 'SIGCONT') => void;
	readonly states: () => Readonly<Record<string, {readonly running: boolean; readonly restarts: number}>>;
};

/**
Runs the programs of the node, each with its own log, and starts again what ends by itself, as the service manager of a real node would.
*/
export const createSupervisor = (logFolder: string, say: (line: string) => void): Supervisor => {
	const all = new Map<ComponentName, Running>();

	const launch = (component: Component): ChildProcess => {
		const log = openSync(path.join(logFolder, `${component.name}.log`), 'a');
		const [program, ...parameters] = component.command;
		const child = spawn(program, parameters, {stdio: ['ignore', log, log]});
		closeSync(log);
		child.on('error', error => {
			say(`${component.name} could not be started: ${error.message}`);
		});
		child.on('exit', (code, signal) => {
			const running = all.get(component.name);
			if (running?.child === child && running.wanted) {
				say(`${component.name} ended by itself (${signal ?? code}) and is started again`);
				setTimeout(() => {
					restart(component.name);
				}, 1000);
			}
		});
		return child;
	};

	const restart = (name: ComponentName): void => {
		const running = all.get(name);
		if (running?.wanted) {
			running.child = launch(running.component);
			running.restarts++;
		}
	};

	const known = (name: ComponentName): Running => {
		const running = all.get(name);
		if (!running) {
			throw new Error(`${name} has not been started.`);
		}

		return running;
	};

	return {
		start(component) {
			all.set(component.name, {
				component, child: launch(component), wanted: true, restarts: 0,
			});
		},
		async stop(name) {
			const running = known(name);
			running.wanted = false;
			await end(running.child);
		},
		startAgain(name) {
			const running = known(name);
			if (!isAlive(running.child)) {
				running.wanted = true;
				restart(name);
			}
		},
		signal(name, signal) {
			known(name).child.kill(signal);
		},
		states: () => Object.fromEntries([...all].map(([name, {child, restarts}]) => [name, {running: isAlive(child), restarts}])),
	};
};

const isAlive = (child: ChildProcess): boolean => child.pid !== undefined && child.exitCode === null && child.signalCode === null;

const end = async (child: ChildProcess): Promise<void> => {
	if (!isAlive(child)) {
		return;
	}

	const ended = once(child, 'exit');
	const timer = setTimeout(() => {
		child.kill('SIGKILL');
	}, 2000);
	child.kill('SIGTERM');
	await ended;
	clearTimeout(timer);
};
