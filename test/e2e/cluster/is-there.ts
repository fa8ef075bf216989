import {access} from 'node:fs/promises';

/**
Whether there is a file or a folder of that path.
*/
export const isThere = async (file: string): Promise<boolean> => {
	try {
		await access(file);
		return true;
	} catch {
		return false;
	}
};
