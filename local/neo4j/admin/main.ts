import process from 'node:process';
import {runProgram} from './program.ts';
import {parseVersion} from './version.ts';

const {env} = process;

// As any JVM does.
if (env['JAVA_TOOL_OPTIONS'] !== undefined) {
	process.stderr.write(`Picked up JAVA_TOOL_OPTIONS: ${env['JAVA_TOOL_OPTIONS']}\n`);
}

process.exitCode = await runProgram(process.argv.slice(2), {
	version: parseVersion(env['NEO4J_VERSION'] ?? '2025.12.0'),
	env,
	cwd: process.cwd(),
	now: () => new Date(env['FAKE_TIME'] ?? Date.now()),
	print(line) {
		process.stdout.write(`${line}\n`);
	},
	printError(line) {
		process.stderr.write(`${line}\n`);
	},
});
