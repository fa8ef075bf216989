import process from 'node:process';
import {runDecrypt} from './decrypt-file.ts';

process.exitCode = await runDecrypt(process.argv.slice(2), {
	environment: process.env, stdin: process.stdin, stdout: process.stdout, stderr: process.stderr,
});
