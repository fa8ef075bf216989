import {access, constants, open} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {chromium as playwright, type Browser} from 'playwright-core';
import {installPackages} from '../debian-packages.ts';
import {toError} from '#shared/errors.ts';

/** As Debian, other systems, and Google call it. */
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Nothing but the page is looked at, and nothing outside of this machine is asked. */
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic', '--disable-gpu', '--disable-dev-shm-usage'];

/**
Installs Debian's Chromium when this machine has none: from inside a cluster's network namespace nothing could be fetched. Where that cannot be done it says why, and the suites that need one fail with the way out.
*/
export const prepareChromium = async (): Promise<void> => {
	if (await findChromium() !== undefined) {
		return;
	}

	console.error('Preparing Chromium, once on this machine: apt-get install chromium');
	try {
		await installPackages(['chromium']);
	} catch (error) {
		console.error(toError(error).message);
	}
};

/**
Starts Chromium without a window. Throws with the way out when there is none.
*/
export const startChromium = async (): Promise<Browser> => {
	const executablePath = await findChromium();
	if (executablePath === undefined) {
		throw new Error(`There is no Chromium on this machine, so that no page can be looked at. Install it (Debian: apt-get install chromium) so that one of ${names.join(', ')} is in PATH, or name its file in the environment variable CHROMIUM.`);
	}

	const {folder, close} = await shortTemporary();
	try {
		// Chromium refuses its sandbox to root.
		const browser = await playwright.launch({executablePath, args: [...quiet, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])], env: {...process.env, TMPDIR: folder}});
		browser.once('disconnected', () => {
			void close();
		});
		return browser;
	} catch (error) {
		await close();
		throw error;
	}
};

/**
The folder for temporary files by a name that leaves room: Chromium puts a socket below it, whose path Linux cuts at 107 characters, and a home directory may be long.
*/
const shortTemporary = async (): Promise<{readonly folder: string; readonly close: () => Promise<void>}> => {
	const folder = tmpdir();
	if (process.platform !== 'linux' || folder.length < 50) {
		return {folder, close: async () => undefined};
	}

	const handle = await open(folder);
	return {folder: `/proc/${process.pid}/fd/${handle.fd}`, close: async () => handle.close()};
};

const findChromium = async (): Promise<string | undefined> => {
	const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/bin'];
	const files = [process.env['CHROMIUM'] ?? '', ...names.flatMap(name => folders.map(folder => path.join(folder, name)))].filter(file => path.isAbsolute(file));
	for (const file of files) {
		try {
			await access(file, constants.X_OK);
			return file;
		} catch {
			// The next one may be there.
		}
	}

	return undefined;
};
