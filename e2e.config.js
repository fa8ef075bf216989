/** How ava runs the suites on real servers: `ava --config e2e.config.js test/e2e/suites/stores-moto.test.ts`. */
const config = {
	extensions: ['ts'],
	// Those outside test/e2e are the same as `npm test` runs on the embedded API server.
	files: ['test/e2e/suites/**/*.test.ts', 'test/crds/*.test.ts', 'test/shared/pods/service-account.test.ts'],
	// A server may have to be built first.
	timeout: '10m',
	// Two servers at once are enough for two cores.
	concurrency: 2,
};

export default config;
