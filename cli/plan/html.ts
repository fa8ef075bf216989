import {createHash} from 'node:crypto';
import {escapeHtml} from './escape-html.ts';
import {pageStyle} from './page-style.ts';

export type Page = {
	readonly title: string;
	readonly body: string;
	/** Rules of this page beside those of all. */
	readonly rules: string;
};

/**
A page that needs nothing else: no script, no font, no request, and it forbids them itself. Its colours follow the reader's light or dark setting; what is drawn also stands in words and in tables.
*/
export const renderHtml = ({title, body, rules}: Page): string => {
	const style = `${pageStyle}\n${rules}\n`;
	const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
};
