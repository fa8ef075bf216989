import {type Answer} from './answer.ts';
import {type Call} from './call.ts';

const path = /^\/apis\/authorization\.k8s\.io\/v1\/selfsubjectaccessreviews$/v;

/**
Answers `kubectl auth can-i`: yes, whatever the question, as this server has no authorisation. Undefined for any other request.
*/
export const reviewAccess = ({method, path: asked}: Call): Answer | undefined => method === 'POST' && path.test(asked)
	? {
		code: 201,
		body: {
			kind: 'SelfSubjectAccessReview',
			apiVersion: 'authorization.k8s.io/v1',
			metadata: {},
			spec: {},
			status: {allowed: true, reason: 'this stand-in has no authorisation'},
		},
	}
	: undefined;
