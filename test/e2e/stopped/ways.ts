import {readdir, readFile, readlink} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {isThere} from '../cluster/is-there.ts';
import {readRecord} from '../cluster/order.ts';
import {places} from '../cluster/settings.ts';
import {type NpmRun, type OwnCheckout} from './own-checkout.ts';

/** Whether a run has come to the moment at which it is to be stopped. */
export type Moment = (checkout: OwnCheckout, run: NpmRun) => Promise<boolean>;

export type Way = (checkout: OwnCheckout, run: NpmRun) => Promise<void> | void;

/** In the order in which a run comes to them. */
export const moments = {
	'before its node boots': async ({settings}) => isThere(settings.state),
	'while its node boots': async ({settings}) => isThere(places(settings).record),
	'while a suite runs': async ({ready}) => isThere(ready),
	async 'while it stops'({ready, folder}, {child}) {
		const isStopping = await isThere(path.join(folder, '.results/e2e-logs'));
		if (!isStopping && await isThere(ready)) {
			process.kill(-child.pid, 'SIGINT');
		}

		return isStopping;
	},
} as const satisfies Readonly<Record<string, Moment>>;

/** What somebody, or the kernel, may do. */
export const ways = {
	'Ctrl-C'(_, {child}) {
		process.kill(-child.pid, 'SIGINT');
	},
	'SIGTERM of npm'(_, {child}) {
		process.kill(child.pid, 'SIGTERM');
	},
	'SIGTERM of all that npm started'(_, {child}) {
		process.kill(-child.pid, 'SIGTERM');
	},
	'SIGKILL of all that npm started'(_, {child}) {
		process.kill(-child.pid, 'SIGKILL');
	},
	async 'SIGKILL of the runner alone'({folder}) {
		await killProgram('test/e2e/run.ts', async pid => await workingFolder(pid) === folder);
	},
	async 'SIGKILL of the keeper'({settings}) {
		const record = await readRecord(settings);
		process.kill(record!.keeper, 'SIGKILL');
	},
	async 'SIGKILL of the box'({settings}) {
		await killProgram('box.ts', async pid => {
			const command = await commandOf(pid);
			return command.includes(places(settings).order);
		});
	},
} as const satisfies Readonly<Record<string, Way>>;

/** Kills the Node.js that runs a program. */
const killProgram = async (program: string, isOurs: (pid: number) => Promise<boolean>): Promise<void> => {
	const names = await readdir('/proc');
	for (const pid of names.filter(name => /^\d+$/v.test(name)).map(Number)) {
		const [interpreter = '', file = ''] = await commandOf(pid);
		if (path.basename(interpreter) === 'node' && file.endsWith(program) && await isOurs(pid)) {
			process.kill(pid, 'SIGKILL');
			return;
		}
	}

	throw new Error(`Nobody runs ${program}.`);
};

const commandOf = async (pid: number): Promise<readonly string[]> => {
	const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
	return text.split('\0').slice(0, -1);
};

const workingFolder = async (pid: number): Promise<string> => readlink(`/proc/${pid}/cwd`).catch(() => '');
