import {expandArgumentFiles} from './argument-files.ts';
import {aggregateCommand, runAggregate} from './aggregate.ts';
import {backupCommand} from './backup-options.ts';
import {runBackup} from './backup.ts';
import {checkCommand, runCheck} from './check.ts';
import {CommandError} from './command-error.ts';
import {type Context} from './console.ts';
import {inspectCommand, runInspect} from './inspect.ts';
import {type CommandLine, usage} from './option.ts';
import {restoreCommand, runRestore} from './restore.ts';
import {isAtLeast} from './version.ts';

type Command = {
	/** First version that has it. */
	readonly since?: string;
	readonly line?: CommandLine;
	readonly run: (argv: readonly string[], context: Context) => Promise<number>;
};

/** A new command goes here. */
const commands: Readonly<Record<string, Command>> = {
	'database backup': {line: backupCommand, run: runBackup},
	'backup inspect': {since: '5.25', line: inspectCommand, run: runInspect},
	'backup aggregate': {since: '2025.01', line: aggregateCommand, run: runAggregate},
	'database aggregate-backup': {line: {...aggregateCommand, name: 'neo4j-admin database aggregate-backup'}, run: runAggregate},
	'database check': {line: checkCommand, run: runCheck},
	'database restore': {line: restoreCommand, run: runRestore},
};

/**
Runs one command line and answers its exit code.
*/
export const runProgram = async (argv: readonly string[], context: Context): Promise<number> => {
	context.printError('NOTE: stand-in for neo4j-admin, no real Neo4j');
	const [group = '', name = '', ...rest] = expandArgumentFiles(argv, context.cwd);
	if (['--version', '-V', 'version'].includes(group)) {
		context.print(context.version.text);
		return 0;
	}

	const command = commands[`${group} ${name}`];
	if (command === undefined || (command.since !== undefined && !isAtLeast(context.version, command.since))) {
		context.printError(`Unmatched argument at index 0: '${group} ${name}'\n\nCommands: ${Object.keys(commands).join(', ')}`);
		return 64;
	}

	if (command.line !== undefined && rest.some(argument => ['-h', '--help'].includes(argument))) {
		context.print(usage(command.line, context.version));
		return 0;
	}

	return runCommand(command, rest, context);
};

const runCommand = async ({line, run}: Command, argv: readonly string[], context: Context): Promise<number> => {
	try {
		return await run(argv, context);
	} catch (error) {
		if (!(error instanceof CommandError)) {
			context.printError(error instanceof Error ? error.stack ?? error.message : String(error));
			return 70;
		}

		context.printError(error.message);
		if (error.exitCode === 64 && line !== undefined) {
			context.printError(`\n${usage(line, context.version)}`);
		}

		return error.exitCode;
	}
};
