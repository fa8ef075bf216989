/**
What the log of `neo4j-admin database backup` says. Everything in it is a hint: what lies in the store is the truth.
*/
export type BackupOutput = {
	/** Databases that it set about, in that order. */
	readonly started: readonly string[];
	/** File names of artifacts that it says are finished. */
	readonly finished: readonly string[];
	/** Why a database failed, one line each, where it says so and no artifact of it was finished. */
	readonly failures: ReadonlyMap<string, string>;
	/** Databases of which it took a FULL because no DIFF was possible. */
	readonly fellBack: readonly string[];
	/** Databases that failed because they cannot take a DIFF: there is no FULL to build on, or the transaction logs no longer reach back to it. */
	readonly withoutParent: readonly string[];
	/** Servers that did not answer. */
	readonly unreachable: readonly string[];
	/** The line that says best why the command failed. */
	readonly quote?: string;
};

/**
Reads the log by the text of its messages alone: times, levels and the names of classes change from version to version.
*/
export const parseBackupOutput = (log: string): BackupOutput => {
	const messages = log.split('\n').map(line => withoutPrefix(line.trimEnd())).filter(Boolean);
	const finished = all(messages, /Finished artifact creation '(?<file>[^']+)' for database '(?<database>[^']+)'/v);
	const done = new Set(finished.map(({database}) => database));
	const failures = new Map(failuresIn(messages).filter(([database]) => !done.has(database)));
	const quote = quotedLine(messages);
	return {
		started: unique(all(messages, /^(?:Starting backup|Start (?:full|differential) backup) of database '(?<database>[^']+)'/v).map(({database}) => database!)),
		finished: unique(finished.map(({file}) => file!.split('/').at(-1)!)),
		failures,
		fellBack: unique(all(messages, /Falling back to full backup of database '(?<database>[^']+)'/v).map(({database}) => database!)),
		withoutParent: [...failures].filter(([, reason]) => lacksParent(reason)).map(([database]) => database),
		unreachable: unique(all(messages, /server '?(?<server>[\w.\-]+(?::\d+)?)'? (?:could not|cannot|can't) be (?:contacted|reached)/iv).map(({server}) => server!)),
		...(quote && {quote}),
	};
};

// `2026-11-20 02:00:07.123+0000 ERROR [c.n.b.b.BackupOutputMonitor] message`
const withoutPrefix = (line: string): string => line.replace(/^\d{4}-\d{2}-\d{2}[T ][\d:.,]+(?:Z|[+\-]\d{2}:?\d{2})?\s+(?:\[?[A-Z]+\]?\s+)?(?:\[[^\]]+\]\s+)?/v, '');

type Groups = Readonly<Record<string, string | undefined>>;

const all = (messages: readonly string[], pattern: RegExp): Groups[] => messages.map(message => pattern.exec(message)?.groups).filter(groups => groups !== undefined);

const unique = (values: readonly string[]): string[] => [...new Set(values)];

const failuresIn = (messages: readonly string[]): Array<[string, string]> =>
	all(messages, /^(?<what>(?:Full |Differential )?[Bb]ackup of database '(?<database>[^']+)' failed)[.:]?\s*(?:Reason:\s*)?(?<reason>.*)$/v)
		.map(({what, database, reason}) => [database!, reason === '' ? what! : innermost(reason!)]);

// `Backup … failed: Differential backup … failed. Reason: …`: the reason alone tells something.
const innermost = (reason: string): string => /failed\. Reason: (?<inner>.+)$/v.exec(reason)?.groups?.['inner'] ?? reason;

const lacksParent = (reason: string): boolean =>
	/require that a full backup|transaction logs?\b.*(?:do(?:es)? not|no longer|pruned|missing|not found)|pruned/iv.test(reason);

const usageErrors = /^(?:Unknown options?:|Unmatched arguments?|Invalid value for|Missing required|option '.*should be specified only once|.*mutually exclusive|Expected parameter|Too many)/v;
const wholeFailures = /Couldn't retrieve DatabaseNameRequest|is not a directory - please add a terminal|Storage staging path does not exist|OutOfMemoryError|No space left on device/v;

const quotedLine = (messages: readonly string[]): string | undefined =>
	messages.find(message => usageErrors.test(message))
	?? messages.find(message => wholeFailures.test(message))
	?? messages.findLast(message => /\bfailed\b|\berror\b|exception|could not|cannot|unable to/iv.test(message) && !isStackFrame(message));

const isStackFrame = (message: string): boolean => /^\s*(?:at |\.{3} \d+ more)/v.test(message);
