import {realApi} from '../e2e/scenarios/api.ts';
import {upstreamsOf} from '../e2e/scenarios/upstream.ts';
import {embeddedApi, type StartApi} from '#local/runtime.ts';

/**
Whether API servers of tests are real ones: they take their time, and what happens at the same time does so in any order.
*/
export const hasRealApi = (): boolean => upstreamsOf().length > 0;

/**
What starts the API server of a test: the embedded one, or a real one where `npm run e2e` has named one.
*/
export const startTestApi: StartApi = async options => {
	const upstreams = upstreamsOf();
	return (upstreams.length > 0 ? realApi(upstreams) : embeddedApi)(options);
};
