import {Command, CommanderError} from 'commander';
import {fetchCommand} from './fetch/command.ts';
import {noobaaCommand} from './noobaa/command.ts';
import {planCommand} from './plan/command.ts';
import {replayCommand} from './replay/command.ts';
import {type Surroundings} from './streams.ts';
import {ConfigurationError, toError} from '#shared/errors.ts';
import {KubeError, KubeUnavailableError} from '#shared/kube/kube-error.ts';
import {StoreError} from '#shared/stores/store.ts';

/** A new command is its file and its line here. */
const commands: ReadonlyArray<(surroundings: Surroundings) => Command> = [planCommand, fetchCommand, replayCommand, noobaaCommand];

/**
Runs the command line and answers its exit code: 0, 1 for what went wrong, 2 for words that are not understood.
*/
export const runProgram = async (words: readonly string[], surroundings: Surroundings): Promise<number> => {
	const program = new Command('kubectl neo4j-backup')
		.description('Looks at backups of Neo4j that Neo4jBackup objects make, fetches them for a restore, and posts events about them again; and makes backups of NooBaa\'s database.')
		.showHelpAfterError('(add --help for the options)');
	for (const create of commands) {
		program.addCommand(create(surroundings));
	}

	for (const command of withinAll(program)) {
		command.exitOverride().configureOutput({writeOut: surroundings.write, writeErr: surroundings.tell});
	}

	try {
		await program.parseAsync(words, {from: 'user'});
		return 0;
	} catch (error) {
		if (error instanceof CommanderError) {
			return error.exitCode === 0 ? 0 : 2;
		}

		surroundings.tell(`error: ${messageOf(error)}\n`);
		return 1;
	}
};

/** A command and all below it. */
const withinAll = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(child => withinAll(child))];

/** What a user can mend says all by itself; anything else says what it is. */
const messageOf = (error: unknown): string => {
	const {name, message} = toError(error);
	return name === 'Error' || [ConfigurationError, StoreError, KubeError, KubeUnavailableError].some(known => error instanceof known) ? message : `${name}: ${message}`;
};
