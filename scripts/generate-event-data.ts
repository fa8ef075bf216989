import {writeFile} from 'node:fs/promises';
import {eventDataFile, renderEventData} from './event-data.ts';

await writeFile(eventDataFile, await renderEventData());
