import {setFlagsFromString} from 'node:v8';

/**
Has the garbage collected when the heap has grown by a tenth, rather than when it is several times what is in use: a sweep needs the same few dozen megabytes over and over, and its Pod has a limit.
*/
export const keepHeapTight = (): void => {
	setFlagsFromString('--heap-growing-percent=10');
	setFlagsFromString('--semi-space-growth-factor=1');
};
