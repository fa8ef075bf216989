import {type Fields, isFields, toFields} from '../object.ts';

const ranked = ['cpu', 'memory'] as const;

/**
How a node ranks a Pod when memory runs short, from what its containers ask for and may have.
*/
export const qualityOfService = (spec: Fields): 'BestEffort' | 'Burstable' | 'Guaranteed' => {
	const resources = ['containers', 'initContainers'].flatMap(list => {
		const containers: unknown = spec[list];
		return Array.isArray(containers) ? containers.map(container => toFields(toFields(container)['resources'])) : [];
	});
	const named = resources.flatMap(({requests, limits}) => [requests, limits]).filter(amounts => isFields(amounts)).flatMap(amounts => ranked.filter(name => name in amounts));
	if (named.length === 0) {
		return 'BestEffort';
	}

	const isBound = ({requests, limits}: Fields): boolean => ranked.every(name => {
		const limit = toFields(limits)[name];
		return limit !== undefined && (toFields(requests)[name] ?? limit) === limit;
	});
	return resources.every(own => isBound(own)) ? 'Guaranteed' : 'Burstable';
};
