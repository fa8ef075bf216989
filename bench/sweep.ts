/**
`npm run bench:sweep`: how long a sweep of a large directory takes, beside tools that people delete with by hand, and how much memory. See `--help`.
*/
import process from 'node:process';
import {parseArgs} from 'node:util';
import {measureSweep} from './sweep/measure.ts';
import {wholeNumber} from './whole-number.ts';

const help = `npm run bench:sweep [-- OPTIONS]

Deletes half of a large backup directory on versitygw, a real S3 server, on the loopback, at
0 and at 30 ms of injected round trip; beside the sweep, in the same run, s5cmd and rclone
with the same objects, and the bare floor: the pages of the listings and the batches of the
deletions, at the best of several concurrencies, and nothing else. Then the memory of a sweep
of a hundred times as many artifacts of a hundred times as many databases. s5cmd comes from
its Python package; rclone takes part where it is installed.

  --artifacts N   artifacts in all (100000)
  --databases N   of so many databases (70)
  --small         memory at a tenth of the size
  --help          this text
`;

const {values} = parseArgs({
	options: {
		artifacts: {type: 'string', default: '100000'}, databases: {type: 'string', default: '70'}, small: {type: 'boolean', default: false}, help: {type: 'boolean'},
	},
});

const run = async (): Promise<number> => {
	if (values.help) {
		process.stdout.write(help);
		return 0;
	}

	const size = {artifacts: wholeNumber('artifacts', values.artifacts, 7), databases: wholeNumber('databases', values.databases, 7)};
	const large = values.small ? {artifacts: 100_000, databases: 100} : {artifacts: 1_000_000, databases: 1000};
	return measureSweep({size, memory: [{artifacts: 10_000, databases: 10}, large], roundTrips: [0, 30]});
};

process.exitCode = await run();
