import {ConfigurationError} from '../errors.ts';
import {imageVersion, isCommunity} from './image.ts';
import {isAtLeast, oldestSupported, parseVersion} from './versions.ts';

/**
The version of a target, by its image's tag, else by what it reports of itself; undefined when neither says. Community, and a version from before the backups that this project knows, are refused.
*/
export const requireVersion = (image: string, reported?: string): string | undefined => {
	if (isCommunity(image)) {
		throw new ConfigurationError(`the target's image ${image} is Neo4j Community, which has no online backup; give the target an Enterprise image`, 'CommunityEdition');
	}

	const version = imageVersion(image) ?? (parseVersion(reported) ? reported : undefined);
	if (version !== undefined && !isAtLeast(version, oldestSupported)) {
		throw new ConfigurationError(`the target runs Neo4j ${version}; backups need ${oldestSupported} or newer`, 'UnsupportedVersion');
	}

	return version;
};
