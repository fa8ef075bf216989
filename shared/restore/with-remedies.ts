import {ConfigurationError} from '../errors.ts';
import {NotYetError} from '../not-yet.ts';
import {type Step} from './step.ts';

/**
The same step, with what it throws as its outcome: what is not there yet is waited for, with an Event (decision D29); what the user has to mend fails it.
*/
export const withRemedies = (step: Step): Step => async context => {
	try {
		return await step(context);
	} catch (error) {
		if (error instanceof NotYetError) {
			return {
				kind: 'waiting', reason: error.reason, message: error.message, isWarning: true,
			};
		}

		if (error instanceof ConfigurationError) {
			return {kind: 'failed', reason: error.reason, message: error.message};
		}

		throw error;
	}
};
