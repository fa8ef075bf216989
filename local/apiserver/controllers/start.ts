import {type Api} from '../api.ts';
import {ApiError} from '../api-error.ts';
import {bootstrap} from './bootstrap.ts';
import {contentsController} from './contents.ts';
import {type Task} from './controller.ts';
import {eventsController} from './events.ts';
import {garbageController} from './garbage.ts';

/**
Starts garbage collection, the deletion of contents and the expiry of Events. Like the real ones they come after the answer: a client can see the state in between. What an earlier process or the start itself left to do is done at once. Returns what ends them.
*/
export const startControllers = (api: Api): (() => void) => {
	const controllers = [garbageController(api), contentsController(api), eventsController(api)];
	const queue = new Map<string, () => void>();
	let scheduled: NodeJS.Immediate | undefined;

	const add = (tasks: readonly Task[]): void => {
		for (const [key, work] of tasks) {
			queue.set(key, work);
		}

		if (queue.size > 0) {
			scheduled ??= setImmediate(drain);
		}
	};

	const drain = (): void => {
		for (const [key, work] of queue) {
			queue.delete(key);
			attempt(work);
		}

		scheduled = undefined;
	};

	const unsubscribe = api.storage.subscribe(change => {
		add(controllers.flatMap(controller => controller.onChange(change)));
	});
	add(controllers.flatMap(controller => controller.initial()));
	bootstrap(api);
	clearImmediate(scheduled);
	drain();

	return () => {
		unsubscribe();
		clearImmediate(scheduled);
	};
};

// What somebody else deleted or changed meanwhile is followed by another change.
const attempt = (work: () => void): void => {
	try {
		work();
	} catch (error) {
		if (!(error instanceof ApiError)) {
			throw error;
		}
	}
};
