import {deliveryOf, parseDelivery} from './delivery-policy.ts';
import {filterProblem} from './filters.ts';
import {type Broker, type Trigger} from './resources.ts';
import {toError} from '#shared/errors.ts';

/**
Why a Trigger gets no events at all, in words: what Knative's webhook would have refused, or a broker that is not there.
*/
export const triggerProblem = ({spec}: Trigger, broker: Broker | undefined): string | undefined => {
	if (!broker) {
		return `broker ${spec.broker} does not exist`;
	}

	try {
		parseDelivery(deliveryOf(spec, broker.spec ?? {}));
	} catch (error) {
		return toError(error).message;
	}

	return filterProblem(spec);
};
