import {type CommandLine, type Option} from './option.ts';
import {isAtLeast, type Version} from './version.ts';

const isOneOf = (...values: readonly string[]) => (value: string): boolean => values.includes(value.toLowerCase());

/** Options that every command has. */
export const commonOptions: readonly Option[] = [
	{name: '-h', kind: 'switch'},
	{name: '--help', kind: 'switch'},
	{name: '--expand-commands', kind: 'switch'},
	{name: '--verbose', kind: 'switch'},
	{name: '--additional-config', kind: 'text', label: '<file>'},
];

/**
`neo4j-admin database backup` with the first version of every option, from the operations manual of 5.26 to 2026.08.
*/
export const backupCommand: CommandLine = {
	name: 'neo4j-admin database backup',
	options: [
		...commonOptions,
		{name: '--prefer-diff-as-parent', kind: 'switch', since: '2025.04'},
		{name: '--compress', kind: 'boolean'},
		{name: '--keep-failed', kind: 'boolean'},
		{name: '--parallel-download', kind: 'boolean', since: '2025.11'},
		{name: '--parallel-recovery', kind: 'boolean'},
		{name: '--remote-address-resolution', kind: 'boolean', since: '2025.09'},
		{name: '--skip-recovery', kind: 'boolean', since: '2025.11'},
		{
			name: '--include-metadata', kind: 'text', label: 'none|all|users|roles', accepts: (value, version) => isMetadata(value, version),
		},
		{name: '--inspect-path', kind: 'text', label: '<path>'},
		{
			name: '--pagecache', kind: 'text', label: '<size>', accepts: value => /^\d+(?:\.\d+)?[kmgt]?i?b?$/iv.test(value),
		},
		{
			name: '--temp-path', kind: 'text', label: '<path>', since: '5.24',
		},
		{name: '--to-path', kind: 'text', label: '<path>'},
		{
			name: '--type', kind: 'text', label: '<type>', accepts: isOneOf('full', 'diff', 'auto'),
		},
		{name: '--from', kind: 'list', label: '<host:port>[,<host:port>...]'},
	],
	positional: {label: '<database>', most: Number.POSITIVE_INFINITY},
};

const isMetadata = (value: string, version: Version): boolean => isOneOf('none', 'all', 'users', 'roles')(value)
	|| (isAtLeast(version, '2025.10') && /^users=[^,=]+(?:,[^,=]+)*$/v.test(value));
