import {type Step} from '#shared/restore/step.ts';

/**
What the user wants done once the database is online. Validate refuses hooks; a Job of theirs would be made and awaited here. After a failure there is nothing that they could be for.
*/
export const postHooks: Step = async () => ({kind: 'done'});
