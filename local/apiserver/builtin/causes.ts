import {type Cause} from '../api-error.ts';
import {type KubeObject} from '../object.ts';

/**
Why a builtin object may not be stored, as far as the mistake would otherwise stay hidden until it runs on a real cluster.
*/
export const builtinCauses = (_object: KubeObject, _previous?: KubeObject): readonly Cause[] => [];
