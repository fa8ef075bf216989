/**
The variable in which an image of Neo4j Enterprise looks for the answer to its licence.
*/
export const licenceVariable = 'NEO4J_ACCEPT_LICENSE_AGREEMENT';
