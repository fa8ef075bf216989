import {writeFile} from 'node:fs/promises';
import process from 'node:process';

/**
Leaves the last words of a container where Kubernetes reads them. A missing file (outside a Pod) is no error: the text is printed as well.
*/
export const leaveTerminationMessage = async (text: string, path = '/dev/termination-log', print = printLine): Promise<void> => {
	print(text);
	try {
		await writeFile(path, text);
	} catch (error) {
		process.stderr.write(`the termination message could not be written: ${String(error)}\n`);
	}
};

const printLine = (line: string): void => {
	process.stdout.write(`${line}\n`);
};
