import test from 'ava';
import {startMoto, type Moto} from '../stores/moto.ts';
import {s3ServerOf} from '../stores/under-test.ts';
import {testStore} from '#test/shared/stores/contract.ts';
import {type StoreServer} from '#test/shared/stores/contract/fixture.ts';

const bucket = 'neo4j-backups';
let moto: Moto;
let server: StoreServer;

test.before(async () => {
	moto = await startMoto({bucket});
	server = s3ServerOf(moto, {bucket, tier: 'GLACIER'});
});

test.after.always(async () => {
	await moto.stop();
});

testStore(test.serial, () => server, {
	has: {
		tiers: true,
		locks: 'moto locks no object against a deletion that names no version',
		refusals: 'moto knows no rights',
		wrongCredentials: [],
		network: {listing: /list-type=2/v, write: {method: 'PUT', address: /^/v}},
	},
	missing: ({location}) => ({...location('daily'), bucket: 'no-such-bucket'}),
});
