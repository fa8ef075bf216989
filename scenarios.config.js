/** How ava runs scenarios on real API servers, for `npm run e2e`; which files those are says test/e2e/scenarios/files.ts. */
const config = {
	extensions: ['ts'],
	files: ['test/{cli,functions,local,system}/**/*.test.ts'],
	require: ['./test/no-source-maps.ts'],
	// Each has a server for itself, which another test may be done with only after a while.
	timeout: '5m',
};

export default config;
