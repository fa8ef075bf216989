/*
Loaded by ava in every thread before its tests. Ava asks Node for source maps, which means that Node reads and parses those of all packages; TypeScript runs as it is here, at its own lines, and packages are nobody's concern.
*/
import {setSourceMapsSupport} from 'node:module';

setSourceMapsSupport(false);
