/**
`kubectl neo4j-backup`: what a person does with backups beside `kubectl`. See `--help`.
*/
import process from 'node:process';
import {runProgram} from './program.ts';

process.exitCode = await runProgram(process.argv.slice(2), {
	write(text) {
		process.stdout.write(text);
	},
	tell(text) {
		process.stderr.write(text);
	},
	isTerminal: process.stderr.isTTY,
	now: () => new Date(),
	environment: process.env,
});
