/** How ava runs the tests of `npm run system`: the embedded runtime, and the functions as a whole on it, with Jobs whose containers are processes. */
const config = {
	extensions: ['ts'],
	files: ['test/{local,system}/**/*.test.ts'],
	require: ['./test/no-source-maps.ts'],
	timeout: '60s',
};

export default config;
