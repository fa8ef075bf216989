/** How ava runs the suites on real servers: `ava --config e2e.config.js test/e2e/suites/stores-moto.test.ts`. */
const config = {
	extensions: ['ts'],
	files: ['test/e2e/suites/**/*.test.ts'],
	// A server may have to be built first.
	timeout: '10m',
	// Two servers at once are enough for two cores.
	concurrency: 2,
};

export default config;
