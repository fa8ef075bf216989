import test, {type ExecutionContext} from 'ava';
import {InspectOutputError, parseInspectOutput, type InspectedArtifact} from '#shared/neo4j/inspect-output.ts';

// The sample of the operations manual.
const manual = `
|                                                       FILE | DATABASE |                          DATABASE ID |                TIME |  FULL | COMPRESSED | LOWEST TX | HIGHEST TX |
| file:///path/to/mybackups/neo4j-2023-06-29T14-46-27.backup |    neo4j | c8368b24-55e2-474d-bb41-75657f5bfcde | 2023-06-29T13:46:27 |  true |       true |         1 |         11 |
`;

const artifact: InspectedArtifact = {
	file: 'file:///path/to/mybackups/neo4j-2023-06-29T14-46-27.backup',
	database: 'neo4j',
	databaseID: 'c8368b24-55e2-474d-bb41-75657f5bfcde',
	time: '2023-06-29T13:46:27Z',
	full: true,
	compressed: true,
	lowestTx: 1,
	highestTx: 11,
};

const reads = (t: ExecutionContext, text: string, artifacts: readonly InspectedArtifact[]) => {
	t.deepEqual(parseInspectOutput(text), [...artifacts]);
};

test('the table of the manual', reads, manual, [artifact]);
test('log lines around the table', reads, `2025-01-01 12:00:00.000+0000 INFO  [o.n.c.x] Reading [1] file {a}\n${manual}\nDone.`, [artifact]);
test('columns in another order, with others between', reads, `
| RECOVERED | STORE ID HASH | HIGHEST TX | LOWEST TX | COMPRESSED | FULL | TIME (UTC) | DATABASE ID | DATABASE | FILE |
|-----------|---------------|------------|-----------|------------|------|------------|-------------|----------|------|
| false | 77ab | 0 | 0 | false | FALSE | 2025-06-01T00:00:00 | id | my-db.x | s3://b/p/my-db.x-2025-06-01T00-00-00.backup |
`, [{
	file: 's3://b/p/my-db.x-2025-06-01T00-00-00.backup', database: 'my-db.x', databaseID: 'id', time: '2025-06-01T00:00:00Z', full: false, compressed: false, lowestTx: 0, highestTx: 0, recovered: false,
}]);
test('a table without rows', reads, '| FILE | DATABASE | DATABASE ID | TIME | FULL | COMPRESSED | LOWEST TX | HIGHEST TX |', []);

const json = {
	file: artifact.file, database: artifact.database, databaseId: artifact.databaseID, time: '2023-06-29T13:46:27', full: true, compressed: true, lowestTx: 1, highestTx: 11,
};
test('JSON as a list', reads, JSON.stringify([json]), [artifact]);
test('JSON over several lines after log lines', reads, `INFO [main] starting\n${JSON.stringify([json], undefined, 2)}\n`, [artifact]);
test('JSON as an object with a list', reads, JSON.stringify({path: '/x', backups: [json]}), [artifact]);
test('JSON of one artifact', reads, JSON.stringify(json), [artifact]);
test('an empty list', reads, '[]', []);
test('other spellings, and text instead of numbers', reads, JSON.stringify([{
	File_Name: artifact.file, database_name: 'neo4j', 'DATABASE ID': artifact.databaseID, timestamp: '2023-06-29T13:46:27Z', isFull: 'true', isCompressed: 'true', lowestTransactionId: '1', highest_tx_id: '11', comment: null,
}]), [artifact]);

const refuses = (t: ExecutionContext, text: string, message: RegExp) => {
	t.throws(() => parseInspectOutput(text), {instanceOf: InspectOutputError, message});
};

test('no output', refuses, '', /it is empty/v);
test('an error instead', refuses, 'Failed to read: Access denied', /Access denied/v);
test('a table of file names alone, as before 2025.07 without --show-metadata', refuses, '| FILE |\n| a.backup |', /shows no database of a\.backup/v);
test('a row cut off', refuses, `${manual.trim().slice(0, -20)}`, /neither a table nor JSON|shows no/v);
test('a cell that is no number', refuses, manual.replace('         11 ', '      many '), /says "many"/v);
test('a cell that is neither true nor false', refuses, manual.replace('|  true |', '|   yes |'), /says "yes"/v);
test('a time that is none', refuses, manual.replace('2023-06-29T13:46:27', 'yesterday          '), /"yesterday"/v);
test('JSON cut off', refuses, '[{"file": "a"', /neither a table nor JSON/v);
