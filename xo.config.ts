import type {FlatXoConfig} from 'xo';

const config: FlatXoConfig = [
	{ignores: ['dist', '**/*.generated.ts', 'node_modules']},
	{
		rules: {
			complexity: ['error', 14],
			'max-depth': ['error', 3],
			'max-params': ['error', 4],
			'no-await-in-loop': 'off',
			'@stylistic/max-len': ['warn', {
				code: 200, ignoreComments: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true,
			}],
			'unicorn/single-line-block-comment-style': 'off',
			'unicorn/prevent-abbreviations': 'off',
			'@typescript-eslint/no-unsafe-type-assertion': 'off',
			'@typescript-eslint/naming-convention': 'off',
			'xo/import-specifier-newline': 'off',
		},
	},
	// These have a configuration of ava's of their own.
	{files: ['test/{e2e,local,system}/**'], rules: {'ava/no-ignored-test-files': 'off'}},
];

export default config;
