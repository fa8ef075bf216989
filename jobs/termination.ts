import {writeFile} from 'node:fs/promises';
import process from 'node:process';

/**
Leaves the last words of a container where Kubernetes reads them. A missing file (outside a Pod) is no error: the text is printed as well.
*/
export const leaveTerminationMessage = async (text: string, path = '/dev/termination-log'): Promise<void> => {
	process.stdout.write(`${text}\n`);
	try {
		await writeFile(path, text);
	} catch (error) {
		process.stderr.write(`the termination message could not be written: ${String(error)}\n`);
	}
};
