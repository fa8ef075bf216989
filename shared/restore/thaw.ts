import {normalizePath} from '../stores/uri.ts';
import {type StoreLocation} from '../stores/store.ts';
import {shellWord} from './shell-word.ts';

/**
How archived objects are made readable again, by the provider's own tools, as sentences and a command for each.
*/
export const thawText = (location: StoreLocation, keys: readonly string[]): string => {
	const path = normalizePath(location.path);
	const objects = keys.map(key => path === '' ? key : `${path}/${key}`);
	const commands = objects.map(object => `\n  ${commandOf(location, object)}`).join('');
	return `${wayOf(location)}${commands}\n${afterwards[location.type]}`;
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

const cloud = 'When it is done, try again with --thawed; it stays archived.';

const afterwards: Readonly<Record<StoreLocation['type'], string>> = {
	s3: `${cloud} \`aws s3api head-object\` shows ongoing-request="false" then.`,
	azure: `${cloud} \`az storage blob show\` shows no archiveStatus then.`,
	gcs: cloud,
	pvc: 'Then try again. If its policy is not to archive it once more, add its run to spec.retention.pinned first.',
};
