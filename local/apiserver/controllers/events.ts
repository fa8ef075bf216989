import {type Api} from '../api.ts';
import {keyOf} from '../storage/storage.ts';
import {type Controller, type Task} from './controller.ts';

const events = '/events';

/** The real server's default. */
const timeToLive = 60 * 60 * 1000;

/**
Lets Events go an hour after they were last written, by the server's clock.
*/
export const eventsController = (api: Api): Controller => {
	// In the order in which they were written.
	const written = new Map<string, number>();
	const note = (key: string): void => {
		written.delete(key);
		written.set(key, api.now().getTime());
	};

	const sweep: Task = ['events', () => {
		for (const [key, time] of written) {
			if (api.now().getTime() - time < timeToLive) {
				return;
			}

			written.delete(key);
			api.storage.remove(events, key);
		}
	}];

	return {
		initial() {
			for (const [key] of api.storage.list(events)) {
				note(key);
			}

			return [];
		},
		onChange({collection, type, object}) {
			if (collection !== events || type === 'DELETED') {
				return [];
			}

			note(keyOf(object));
			return [sweep];
		},
	};
};
