import {parseVersion} from './versions.ts';

/**
The reference of an image from repository and tag, as a target names them: a digest is joined with `@`.
*/
export const imageReference = ({repo, tag}: {readonly repo: string; readonly tag: string}): string =>
	/^sha\d+:/v.test(tag) ? `${repo}@${tag}` : `${repo}:${tag}`;

/**
The tag of an image reference; undefined without one, or with a digest alone.
*/
export const tagOf = (image: string): string | undefined => /:(?<tag>[\w][\w.\-]*)$/v.exec(image.replace(/@.*$/v, ''))?.groups?.['tag'];

/**
The version that an image's tag names, `5.26.3` for `neo4j:5.26.3-enterprise`; undefined for `latest`, a bare digest and the like.
*/
export const imageVersion = (image: string): string | undefined => {
	const tag = tagOf(image);
	return parseVersion(tag) && /^v?(?<version>[\d.]+)/v.exec(tag!)?.groups?.['version'];
};

/**
Whether an image is of the Community edition, which has no backup: by the word in its name, or because it is Neo4j's own image with a tag that does not say Enterprise. Of a mirror nothing is assumed.
*/
export const isCommunity = (image: string): boolean => {
	if (/community/iv.test(image)) {
		return true;
	}

	const tag = tagOf(image);
	const isOfficial = /^(?:(?:index\.)?docker\.io\/)?(?:library\/)?neo4j[:@]/v.test(image);
	return isOfficial && tag !== undefined && !tag.includes('enterprise');
};
