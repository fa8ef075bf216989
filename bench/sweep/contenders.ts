import {spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {directoryPath, type Template} from './bucket.ts';
import {type FloorOrder, type SweepOrder, type SweepReport} from './orders.ts';
import {type Tool} from './tools.ts';
import {type Size} from '#test/shared/retention/large-directory.ts';

export type Server = {readonly endpoint: string; readonly credentials: Readonly<Record<string, string>>};

/** Bytes of keys on one command line, well below what a system takes. */
const commandLineBytes = 1_000_000;

/**
Each deletes the same keys of a bucket of its own, and answers how many milliseconds that took: the sweep and the floor without the start of their process, the tools with it, which is a matter of milliseconds.
*/
export const contenders = ({endpoint, credentials}: Server) => ({
	async sweep(bucket: string, size: Size): Promise<SweepReport> {
		const order: SweepOrder = {
			size, place: {
				location: {
					type: 's3', bucket, path: directoryPath, endpointURL: endpoint, forcePathStyle: true,
				}, credentials,
			},
		};
		return JSON.parse(await program('run-sweep.ts', order)) as SweepReport;
	},
	async floor(bucket: string, {databases}: Template, {keysFile, atOnce, isFlat}: {keysFile: string; atOnce: number; isFlat: boolean}): Promise<number> {
		const order: FloorOrder = {
			endpoint, bucket, credentials, keysFile, atOnce, prefixes: isFlat ? [`${directoryPath}/`] : databases.map(database => `${directoryPath}/${database}-`),
		};
		const {milliseconds} = JSON.parse(await program('run-floor.ts', order)) as {milliseconds: number};
		return milliseconds;
	},
	async s5cmd({command}: Extract<Tool, {command: string}>, bucket: string, {keys}: Template): Promise<number> {
		const lines: string[][] = [[]];
		let room = commandLineBytes;
		for (const key of keys) {
			const name = `s3://${bucket}/${key}`;
			if (name.length > room) {
				lines.push([]);
				room = commandLineBytes;
			}

			room -= name.length + 1;
			lines.at(-1)!.push(name);
		}

		const begin = performance.now();
		for (const names of lines) {
			await execute([command, '--endpoint-url', endpoint, '--log', 'error', 'rm', '--raw', ...names], credentials);
		}

		return performance.now() - begin;
	},
	async rclone({command}: Extract<Tool, {command: string}>, bucket: string): Promise<number> {
		const begin = performance.now();
		await execute([command, 'delete', `:s3:${bucket}/${directoryPath}`, '--min-age', '200d', '--exclude', '/.neo4j-backup/**', '--use-server-modtime', '--checkers', '32', '--transfers', '32', '--s3-provider', 'Other', '--s3-env-auth', '--s3-endpoint', endpoint, '--config', '/dev/null'], credentials);
		return performance.now() - begin;
	},
});

/**
Runs a file beside this one with an order, and answers what it printed.
*/
export const program = async (name: string, order: unknown): Promise<string> => execute([process.execPath, path.join(path.dirname(fileURLToPath(import.meta.url)), name), JSON.stringify(order)], {});

const execute = async ([command = '', ...parameters]: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> => {
	const child = spawn(command, parameters, {
		// Nothing of ours: a proxy or authorities of the surroundings would change what a tool does.
		env: {PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment}, stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	let complaints = '';
	child.stdout.on('data', chunk => {
		output += String(chunk);
	});
	child.stderr.on('data', chunk => {
		complaints = (complaints + String(chunk)).slice(-2000);
	});
	await once(child, 'close');
	if (child.exitCode !== 0) {
		throw new Error(`${path.basename(command)} ${parameters[0] ?? ''} ended with ${child.exitCode}: ${complaints}`);
	}

	return output;
};
