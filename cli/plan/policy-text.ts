import {periods, type RetentionSpec} from '#shared/retention/policy.ts';

/**
What a policy says, in the words of its fields: `maxAge 30d, minCount 2, keep weekly 4, monthly 12`.
*/
export const policyText = ({maxAge, maxCount, minCount, keep, pinned = [], deletePolicy, mode}: RetentionSpec = {}): string => {
	const kept = periods.filter(period => keep?.[period] !== undefined).map(period => `${period} ${keep![period]}`);
	const rules = [
		...Object.entries({maxAge, maxCount, minCount}).filter(([, value]) => value !== undefined).map(([field, value]) => `${field} ${value}`),
		...(kept.length > 0 ? [`keep ${kept.join(', ')}`] : []),
		...(pinned.length > 0 ? [`pinned ${pinned.join(', ')}`] : []),
		...(deletePolicy === 'Archive' ? ['deletePolicy Archive'] : []),
		...(mode === 'Plan' ? ['mode Plan'] : []),
	];
	return rules.join(', ') || 'none, so that nothing expires';
};
