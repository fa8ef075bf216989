/**
What the bundler does for an image of another group, for the source as it is: it has to be imported before everything else.
*/
export const group = 'backup.neo4j.com';

Object.assign(globalThis, {API_GROUP: group});
