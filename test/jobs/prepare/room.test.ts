import test from 'ava';
import {lackOfRoom} from '#jobs/prepare/room.ts';

const gigabyte = 1000 ** 3;
const artifact = (database: string, size: number) => ({
	name: `${database}-2026-01-01T00-00-00.backup`, database, stamp: '2026-01-01T00-00-00', size: size * gigabyte,
});

const artifacts = [artifact('mydb', 10), artifact('mydb', 20), artifact('neo4j', 5)];
const volume = (free: number, total: number) => ({free: free * gigabyte, total: total * gigabyte});

test('artifacts of a lost catalogue are read where they fit beside what the run writes, and a part of the volume stays free', t => {
	t.is(lackOfRoom(artifacts, volume(75, 100)), undefined, '35 GB, 25 GB of the run and 15 GB to spare');
	t.is(lackOfRoom(artifacts, volume(74, 100)), 'the catalogue was lost and is not rebuilt: to read the headers of 3 artifacts the Pod needs 60GB and has 59GB; set options.tempStorage.size to at least 70.6GB');
});

test('nothing needs no room', t => {
	t.is(lackOfRoom([], volume(0, 100)), undefined);
});
