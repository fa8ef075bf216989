import {normalizePath} from '../stores/uri.ts';
import {type StoreLocation} from '../stores/store.ts';
import {shellWord} from './shell-word.ts';

/**
Who reads the text: somebody at the command line, or the status of a Neo4jRestore, which then names the object as its `backupPath`, with the folder of the directory before it, and has little room.
*/
export type ThawReader = {readonly kind: 'fetch'} | {readonly kind: 'restore'; readonly folder: string};

/** Commands in a status. */
const mostInStatus = 4;

/**
How archived objects are made readable again, by the provider's own tools, as sentences and a command for each.
*/
export const thawText = (location: StoreLocation, keys: readonly string[], reader: ThawReader): string => {
	const path = normalizePath(location.path);
	const objects = keys.map(key => path === '' ? key : `${path}/${key}`);
	const shown = reader.kind === 'restore' && objects.length > mostInStatus ? objects.slice(0, mostInStatus) : objects;
	const commands = shown.map(object => `\n  ${commandOf(location, object)}`).join('');
	const rest = shown.length < objects.length ? `\n  … and so on for ${objects.length - shown.length} more, up to ${objects.at(-1)!}` : '';
	return `${wayOf(location)}${commands}${rest}\n${afterwards(location, keys.at(-1)!, reader)}`;
};

const wayOf = ({type}: StoreLocation): string => type === 'pvc'
	? 'Move back what it takes, which must be done where the claim is mounted:'
	: 'Have the store make readable what it takes, which may last from minutes to half a day:';

const commandOf = ({type, bucket = '', account = '', root = '', endpointURL}: StoreLocation, object: string): string => {
	const name = object.split('/').at(-1)!;
	switch (type) {
		case 's3': {
			return `aws s3api restore-object --bucket ${bucket} --key ${shellWord(object)} --restore-request '{"Days":7,"GlacierJobParameters":{"Tier":"Standard"}}'${endpointURL === undefined ? '' : ` --endpoint-url ${endpointURL}`}`;
		}

		case 'azure': {
			return `az storage blob set-tier --account-name ${account} --container-name ${bucket} --name ${shellWord(object)} --tier Hot`;
		}

		case 'gcs': {
			return `gcloud storage objects update ${shellWord(`gs://${bucket}/${object}`)} --storage-class=STANDARD`;
		}

		case 'pvc': {
			return ['mv', `${root}/${object}`, `${root}/${object.slice(0, -`archive/${name}`.length)}${name}`].map(word => shellWord(word)).join(' ');
		}
	}
};

const afterwards = ({type}: StoreLocation, key: string, reader: ThawReader): string => {
	if (type === 'pvc') {
		return `Then ${reader.kind === 'fetch' ? 'try again' : 'create the Neo4jRestore again'}. If its policy is not to archive it once more, add its run to spec.retention.pinned first.`;
	}

	const again = reader.kind === 'fetch' ? 'try again with --thawed' : `create the Neo4jRestore again with spec.source.backupPath: ${reader.folder}${key}`;
	return `When it is done, ${again}; it stays archived.${tells[type]}`;
};

const tells: Readonly<Record<Exclude<StoreLocation['type'], 'pvc'>, string>> = {
	s3: ' `aws s3api head-object` shows ongoing-request="false" then.',
	azure: ' `az storage blob show` shows no archiveStatus then.',
	gcs: '',
};
