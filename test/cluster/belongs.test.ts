import test from 'ava';
import {belongsToCluster, cgroupHierarchies, mountsBelow} from '../e2e/cluster/belongs.ts';

const mountinfo = [
	'22 1 254:0 / / rw - ext4 /dev/vda rw',
	'30 22 0:27 / /sys/fs/cgroup/cpu rw shared:1 - cgroup cgroup rw,cpu',
	'31 22 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
	'40 22 0:50 / /cache/clusters/one rw - tmpfs tmpfs rw',
	String.raw`41 40 0:51 / /cache/clusters/one/a\040b rw - overlay overlay rw`,
	'42 22 0:52 / /cache/clusters/one-second/kubelet rw - tmpfs tmpfs rw',
].join('\n');

test('a process belongs to the cluster whose mark it has, and to none of a similar name', t => {
	const environment = 'PATH=/bin\0NEO4J_BACKUP_CLUSTER=/cache/clusters/one\0';
	t.true(belongsToCluster(environment, {state: '/cache/clusters/one'}));
	t.false(belongsToCluster(environment, {state: '/cache/clusters/on'}));
	t.false(belongsToCluster('NEO4J_BACKUP_CLUSTER=/cache/clusters/one-second\0', {state: '/cache/clusters/one'}));
	t.false(belongsToCluster('', {state: '/cache/clusters/one'}), 'one that has ended');
});

test('mounts are found at a folder and below it, the innermost first, and not beside it', t => {
	t.deepEqual(mountsBelow('/cache/clusters/one', mountinfo), ['/cache/clusters/one/a b', '/cache/clusters/one']);
	t.deepEqual(mountsBelow('/cache/clusters/none', mountinfo), []);
});

test('hierarchies of control groups are found in both versions', t => {
	t.deepEqual(cgroupHierarchies(mountinfo), ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/unified']);
});
