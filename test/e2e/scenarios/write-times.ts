import {type Fields, type ManagedFields, type ObjectMeta} from '#local/apiserver/object.ts';

type Seen = {readonly time: string | undefined; readonly fields: string; readonly generation: number | undefined; readonly at: string};

/**
Puts the scenario's time into `managedFields`, by which the functions tell when a schedule was edited: an owner has written when an answer first shows it with another time, with other fields, or, within one real second, the object with another generation.
*/
export const createWriteTimes = (now: () => string): ((metadata: Fields & Partial<ObjectMeta>) => readonly ManagedFields[] | undefined) => {
	const seen = new Map<string, Seen>();
	return ({uid = '', generation, managedFields}) => {
		const newest = managedFields?.filter(({subresource}) => subresource === undefined).map(({time = ''}) => time).toSorted().at(-1);
		return managedFields?.map(entry => {
			const {manager, operation, subresource, time} = entry;
			const key = [uid, manager, operation, subresource].join(' ');
			const fields = JSON.stringify(entry.fieldsV1);
			const before = seen.get(key);
			const isNewest = subresource === undefined && time === newest;
			const hasWritten = before?.time !== time || before?.fields !== fields || (isNewest && before.generation !== generation);
			const at = hasWritten || !before ? now() : before.at;
			seen.set(key, {
				time, fields, generation: isNewest || hasWritten ? generation : before?.generation, at,
			});
			return {...entry, ...(time !== undefined && {time: at})};
		});
	};
};
