const entities: Readonly<Record<string, string>> = {
	'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;',
};

/**
Text for HTML, in content and in quoted attributes.
*/
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/gv, character => entities[character]!);
