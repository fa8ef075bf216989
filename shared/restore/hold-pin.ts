import {pinKey} from '../catalogue/keys.ts';
import {StoreError, type Store} from '../stores/store.ts';

export type HeldPin = {
	/** Why there is none: this account may not write. What is read may then be deleted by a sweep. */
	readonly problem?: StoreError;
	/** Writes a later one when the one that is there runs out; cheap to call often. */
	readonly renew: () => Promise<void>;
	/** Removes it. One that cannot be removed expires. */
	readonly release: () => Promise<void>;
};

type PinContent = {
	/** Where the fetch runs and what it fills, for people. */
	readonly holder: string;
	/** Another one for each fetch. */
	readonly id: string;
	readonly artifacts: readonly string[];
};

type Lease = {
	/** The store's clock. */
	readonly now: () => Date;
	readonly lifetimeMs: number;
};

/** What an account that may only read is answered. */
export const readOnlyCodes = new Set(['AccessDenied', 'Locked', 'Unsupported']);

/**
Pins artifacts for a fetch by hand, of which nobody else knows whether it goes on: the pin says until when it holds, and a later one is written while it works, before the first is half over. As everything in the catalogue, none is ever overwritten.
*/
export const holdPin = async (store: Store, content: PinContent, lease: Lease): Promise<HeldPin> => {
	let number = 0;
	let held: {readonly key: string; readonly renewAt: number} | undefined;

	const write = async (): Promise<void> => {
		const now = lease.now().getTime();
		const key = pinKey(`fetch-${content.id}-${++number}`);
		await store.create(key, JSON.stringify({
			version: 1,
			purpose: 'fetch',
			restore: content.holder,
			artifacts: content.artifacts,
			createdAt: new Date(now).toISOString(),
			expiresAt: new Date(now + lease.lifetimeMs).toISOString(),
		}));
		const before = held?.key;
		held = {key, renewAt: now + (lease.lifetimeMs / 2)};
		await (before === undefined ? undefined : remove(store, before));
	};

	/** There is time: it is tried again a little later. */
	const putOff = (error: unknown): void => {
		if (!(error instanceof StoreError) || held === undefined) {
			throw error;
		}

		held = {...held, renewAt: lease.now().getTime() + (lease.lifetimeMs / 24)};
	};

	let problem: StoreError | undefined;
	try {
		await write();
	} catch (error) {
		if (!(error instanceof StoreError) || !readOnlyCodes.has(error.code)) {
			throw error;
		}

		problem = error;
	}

	let renewal: Promise<void> | undefined;
	return {
		...(problem && {problem}),
		async renew() {
			if (held === undefined || lease.now().getTime() < held.renewAt) {
				return;
			}

			renewal ??= write().catch((error: unknown) => {
				putOff(error);
			}).finally(() => {
				renewal = undefined;
			});
			await renewal;
		},
		async release() {
			await (held === undefined ? undefined : remove(store, held.key));
		},
	};
};

const remove = async (store: Store, key: string): Promise<void> => {
	try {
		await store.delete([key]);
	} catch (error) {
		if (!(error instanceof StoreError)) {
			throw error;
		}
	}
};
