import {randomBytes} from 'node:crypto';
import {
	mkdir, mkdtemp, readdir, readFile, rm,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import {type ExecutionContext} from 'ava';
import {
	artifact, at, manifest, owner,
} from '../../shared/catalogue/history.ts';
import {fetchBackups, type FetchRequest} from '../../../jobs/fetch/fetch-backups.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {type ManifestArtifact} from '#shared/catalogue/manifest.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {encryptedName} from '#shared/encryption/algorithm.ts';
import {encrypt} from '#shared/encryption/encrypt.ts';
import {parseEncryptionKey, type EncryptionKey} from '#shared/encryption/key.ts';
import {openStore} from '#shared/stores/open.ts';
import {type Store, type StoreLocation} from '#shared/stores/store.ts';

export type Shelf = {
	readonly store: Store;
	readonly location: StoreLocation;
	/** What is filled. */
	readonly folder: string;
	/** By the name of its file, what neo4j-admin wrote. */
	readonly contents: Map<string, Uint8Array>;
	readonly notes: string[];
	/** Writes one run with an artifact, and answers its name. */
	readonly put: (days: number, change?: Partial<ManifestArtifact>, key?: EncryptionKey) => Promise<string>;
	readonly fetch: (change?: Partial<FetchRequest>, surroundings?: Partial<Parameters<typeof fetchBackups>[1]>) => ReturnType<typeof fetchBackups>;
	readonly fetched: () => Promise<Readonly<Record<string, Uint8Array>>>;
	readonly pins: () => Promise<readonly string[]>;
};

/**
A directory of backups on a real file system, and an empty folder to fetch them into.
*/
export const createShelf = async (t: ExecutionContext): Promise<Shelf> => {
	const root = await mkdtemp(path.join(tmpdir(), 'fetch-'));
	t.teardown(async () => rm(root, {recursive: true}));
	const location: StoreLocation = {type: 'pvc', path: 'daily', root: path.join(root, 'claim')};
	const store = await openStore(location, {});
	await mkdir(location.root!);
	const folder = path.join(root, 'into');
	const contents = new Map<string, Uint8Array>();
	const notes: string[] = [];
	return {
		store,
		location,
		folder,
		contents,
		notes,
		async put(days, change, key) {
			await claimDirectory(store, owner);
			const plain = artifact(days, change);
			const content = randomBytes(200_000);
			contents.set(plain.name, content);
			const name = key ? encryptedName(plain.name, key.algorithm) : plain.name;
			const stored = key ? await encrypted(key, plain.name, content) : content;
			await store.upload(name, Readable.from([stored]), stored.length);
			await writeManifest(store, manifest(days, [{
				...plain, name, size: stored.length, ...(key && {encryption: {algorithm: key.algorithm, keys: key.fingerprints}}),
			}]));
			return plain.name;
		},
		fetch: async (change = {}, surroundings = {}) => fetchBackups({
			store, location, folder, databases: [], wanted: {kind: 'newest'}, thawed: false, key: undefined, keepsEncrypted: false, evenExpiring: false, isDryRun: false, holder: 'laptop:/into', ...change,
		}, {
			id: '0123456789abcdef',
			now: () => at(100),
			progress() {
				// Nobody looks on.
			},
			note(text) {
				notes.push(text);
			},
			...surroundings,
		}),
		async fetched() {
			const names = await readdir(folder).catch(() => []);
			return Object.fromEntries(await Promise.all(names.toSorted((one, other) => one < other ? -1 : 1).map(async name => [name, await readFile(path.join(folder, name))] as const)));
		},
		async pins() {
			return readdir(path.join(root, 'claim/daily/.neo4j-backup/pins')).catch(() => []);
		},
	};
};

export const aesKey = async (byte: number) => parseEncryptionKey('AES256', new Uint8Array(32).fill(byte), 'The key');

const encrypted = async (key: EncryptionKey, name: string, content: Uint8Array): Promise<Uint8Array> => {
	const {body} = await encrypt(key, {name, size: content.length, source: Readable.from([content])});
	return buffer(body);
};
