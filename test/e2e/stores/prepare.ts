import {program as fakeGcs} from './fake-gcs.ts';
import {motoPython} from './moto.ts';
import {goProgram} from './programs.ts';
import {program as versitygw} from './versitygw.ts';

/**
Builds and installs all stores that this machine has not yet: from inside a cluster's network namespace nothing could be fetched.
*/
export const prepareStores = async (): Promise<void> => {
	await Promise.all([goProgram(versitygw), goProgram(fakeGcs), motoPython()]);
};
