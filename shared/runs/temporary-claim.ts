/** The label `app.kubernetes.io/component` of a claim that a run stages on with `options.tempStorage`. */
export const temporaryStorage = 'temporary-storage';
