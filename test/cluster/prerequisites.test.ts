import test from 'ava';
import {
	CannotRunError, missingPackages, neededPrograms, problemsOf, type Machine,
} from '../e2e/cluster/prerequisites.ts';

const machine: Machine = {
	platform: 'linux',
	architecture: 'x64',
	root: true,
	programs: {'apt-get': '/usr/bin/apt-get', ...Object.fromEntries(Object.keys(neededPrograms).map(name => [name, `/usr/bin/${name}`]))},
	networkPlugins: '/usr/lib/cni',
	go: 'go1.26.8',
	built: false,
};

const without = (...names: readonly string[]): Machine['programs'] => Object.fromEntries(Object.entries(machine.programs).filter(([name]) => !names.includes(name)));

test('nothing speaks against a machine that has everything', t => {
	t.deepEqual(problemsOf(machine), []);
	t.deepEqual(missingPackages(machine), []);
});

test('each program that is missing counts, also where others are there', t => {
	t.deepEqual(missingPackages({...machine, programs: without('ctr', 'containerd', 'iptables'), networkPlugins: undefined}), ['containerd', 'iptables', 'containernetworking-plugins']);
});

test('missing packages are no problem while apt-get can install them', t => {
	t.deepEqual(problemsOf({...machine, programs: without('runc')}), []);
	t.regex(problemsOf({...machine, programs: without('runc', 'apt-get')}).join('\n'), /no apt-get to install them: runc\./v);
});

test('on macOS only that is said', t => {
	t.deepEqual(problemsOf({
		...machine, platform: 'darwin', root: false, go: undefined, programs: {},
	}), ['It is a Linux node, and this is darwin.']);
});

test('Go is asked for only while there is something to build, and only when it is too old to fetch a newer one', t => {
	t.regex(problemsOf({...machine, go: undefined})[0]!, /not in PATH: install Go/v);
	t.deepEqual(problemsOf({...machine, go: undefined, built: true}), []);
	t.deepEqual(problemsOf({...machine, go: 'go1.24.1'}), []);
	t.regex(problemsOf({...machine, go: 'go1.19.8'})[0]!, /this is go1\.19\.8/v);
});

test('the error names every problem, and the way out', t => {
	const {message} = new CannotRunError(problemsOf({...machine, root: false, go: undefined}));
	t.regex(message, /run it as root/v);
	t.regex(message, /install Go/v);
	t.regex(message, /npm run e2e -- --kubeconfig FILE$/v);
});
