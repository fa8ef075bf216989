/**
How the containers of our own image end, so that the Job's `podFailurePolicy` can tell what to do (decision D79). Any other code is a failure that may pass.
*/
export const exitCodes = {
	succeeded: 0,
	retry: 1,
	/** Some databases have a new artifact, others will not get one in this run. */
	partial: 40,
	/** Trying again cannot help. */
	permanent: 41,
} as const;
