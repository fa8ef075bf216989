/**
What a command writes to, and what it is told by its surroundings.
*/
export type Surroundings = {
	readonly write: (text: string) => void;
	/** For what is not the result: progress and errors. */
	readonly tell: (text: string) => void;
	/** Whether a person looks on: only then is progress shown. */
	readonly isTerminal: boolean;
	readonly now: () => Date;
	readonly environment: NodeJS.ProcessEnv;
};

/**
Shows what is under way for as long as it is, on a terminal and nowhere else.
*/
export const withProgress = async <T>({tell, isTerminal}: Surroundings, text: string, work: (progress: (detail: string) => void) => Promise<T>): Promise<T> => {
	const show = (line: string): void => {
		if (isTerminal) {
			tell(`\r\u001B[2K${line}`);
		}
	};

	show(`${text} …`);
	try {
		return await work(detail => {
			show(`${text} … ${detail}`);
		});
	} finally {
		show('');
	}
};
