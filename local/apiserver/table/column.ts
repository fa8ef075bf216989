import {type KubeObject} from '../object.ts';

/**
One column of a table: what it is called and what it shows of an object.
*/
export type Column = {
	readonly name: string;
	readonly type: string;
	readonly format: string;
	readonly description: string;
	/** 0 is always shown, 1 with `-o wide`. */
	readonly priority: number;
	readonly cell: (object: KubeObject, now: Date) => unknown;
};
