import test from 'ava';
import {startAzurite, type Azurite} from '../stores/azurite.ts';
import {azureServerOf} from '../stores/under-test.ts';
import {testStore} from '#test/shared/stores/contract.ts';
import {type StoreServer} from '#test/shared/stores/contract/fixture.ts';

let azurite: Azurite;
let server: StoreServer;

test.before(async () => {
	azurite = await startAzurite({containers: ['backups']});
	server = azureServerOf(azurite, {bucket: 'backups'});
});

test.after.always(async () => {
	await azurite.stop();
});

testStore(test.serial, () => server, {
	has: {
		tiers: true,
		locks: 'Azurite takes immutability policies and keeps none',
		refusals: 'Azurite knows an account and its key, and no rights',
		wrongCredentials: ['a wrong key'],
		network: {listing: /comp=list/v, write: {method: 'PUT', address: /^/v}},
	},
	missing: ({location}) => ({...location('daily'), bucket: 'no-such-container'}),
});
