import {annotations} from '../api/group.ts';
import {ConfigurationError} from '../errors.ts';
import {present} from '../present.ts';
import {backupTLSBy} from './backup-tls.ts';
import {
	helmLabels, serverContainer, type HelmServer, type Release,
} from './helm-release.ts';
import {licenceVariable} from './licence.ts';
import {backupListenAddress, portIn, reachability} from './listen-address.ts';
import {type NotReady} from './readiness.ts';
import {serviceAddress} from './release-services.ts';
import {requireVersion} from './require-version.ts';
import {type ResolvedTarget} from './target.ts';
import {type ProjectedSource} from './target-object.ts';

const certificates = '/var/lib/neo4j/certificates';

/**
What a backup in namespace `from` needs to know of a Neo4j of the Helm chart, or what keeps it from running now (decision D67). Nothing of a release is ever changed: `helm upgrade` would undo it.
*/
export const releaseTarget = (release: Release, from: string): ResolvedTarget | NotReady =>
	withoutConsent(release, from) ?? underRestore(release) ?? withoutServers(release) ?? withoutBackupPort(release) ?? resolvedRelease(release);

const withoutConsent = ({name, namespace, servers}: Release, from: string): NotReady | undefined => {
	const allowed = servers.map(({statefulSet}) => statefulSet.metadata.annotations?.[annotations.backupFrom]?.split(/[,\s]+/v) ?? []);
	return namespace === from || allowed.every(list => list.includes(from))
		? undefined
		: {
			reason: 'TargetConsentMissing',
			message: `the Neo4j ${name} of the Helm chart in namespace ${namespace} does not allow backups from namespace ${from}. Whoever owns it can: kubectl annotate statefulset -l ${helmLabels.name}=${name} -n ${namespace} ${annotations.backupFrom}=${[...new Set([...allowed.flat().filter(Boolean), from])].join(',')} --overwrite`,
		};
};

const underRestore = ({name, namespace, servers}: Release): NotReady | undefined => {
	const restore = servers.map(({statefulSet}) => statefulSet.metadata.annotations?.[annotations.restoreInProgress]).find(value => value !== undefined);
	return restore === undefined
		? undefined
		: {reason: 'RestoreInProgress', message: `the Neo4j ${name} of the Helm chart in namespace ${namespace} is being restored${restore && restore !== 'true' ? ` by ${restore}` : ''}: the backup runs afterwards`};
};

/** The tool asks one server after the other, so that one which answers is enough. */
const withoutServers = ({name, namespace, servers}: Release): NotReady | undefined =>
	servers.some(server => isReady(server))
		? undefined
		: {
			reason: 'TargetNotReady', message: `no server of the Neo4j ${name} of the Helm chart in namespace ${namespace} is Ready (${servers.map(({statefulSet: {metadata}}) => metadata.name).join(', ')}): the backup waits until one is`,
		};

const isReady = ({statefulSet: {metadata, status}}: HelmServer): boolean => !metadata.deletionTimestamp && (status?.readyReplicas ?? 0) > 0;

const withoutBackupPort = ({name, namespace, servers, settings}: Release): NotReady | undefined => {
	const problem = {
		disabled: {reason: 'BackupServerDisabled', message: 'has server.backup.enabled=false; remove it from `config` in the values of each of its releases, and run helm upgrade'},
		loopback: {reason: 'BackupAddressIsLoopback', message: 'takes backup clients on loopback only; set server.backup.listen_address: "0.0.0.0:6362" under `config` in the values of each of its releases, and run helm upgrade'},
		missing: {reason: 'BackupAddressIsLoopback', message: 'has no server.backup.listen_address, and then takes backup clients on loopback only; set it to "0.0.0.0:6362" under `config` in the values of each of its releases, and run helm upgrade'},
		set: undefined,
	}[reachability(setting => settings[setting])] ?? withoutBackupService({servers, settings});
	return problem && {...problem, message: `the Neo4j ${name} of the Helm chart in namespace ${namespace} ${problem.message}`};
};

/** The chart's Services lead to 6362, whatever port the servers listen on. */
const withoutBackupService = ({servers, settings}: Pick<Release, 'servers' | 'settings'>) => {
	const port = backupPortOf(settings);
	if (servers.some(server => serviceAddress(server, 'backup', port) !== undefined)) {
		return undefined;
	}

	const remedy = port === 6362 ? 'set services.admin.enabled: true' : 'the chart\'s own lead to 6362: set server.backup.listen_address: "0.0.0.0:6362" under `config`';
	return {reason: 'BackupServiceMissing', message: `has no Service with the backup port ${port}; ${remedy} in the values of each of its releases, and run helm upgrade`};
};

const backupPortOf = (settings: Release['settings']): number => portIn(settings[backupListenAddress]);

/**
What a release is, whether or not it is ready.
*/
export const resolvedRelease = (release: Release): ResolvedTarget => {
	const {name, namespace, servers, settings} = release;
	const {statefulSet} = servers[0]!;
	const answering = servers.toSorted((a, b) => Number(isReady(b)) - Number(isReady(a)));
	return {
		kind: 'HelmRelease',
		apiVersion: statefulSet.apiVersion,
		namespace,
		name,
		uid: statefulSet.metadata.uid!,
		servers: servers.map(server => serviceAddress(server, 'backup', backupPortOf(settings))).filter(address => address !== undefined),
		boltURI: `bolt://${answering.map(server => serviceAddress(server, 'bolt', 7687)).find(address => address !== undefined)}`,
		listenAddress: 'set',
		...present({timeline: statefulSet.metadata.annotations?.[annotations.timeline]}),
		...fromContainer(release),
		...fromPod(release),
	};
};

const fromContainer = ({name, servers, environment}: Release) => {
	const {image = '', imagePullPolicy, envFrom = []} = serverContainer(servers[0]!.statefulSet) ?? {};
	if (environment['NEO4J_EDITION']?.startsWith('COMMUNITY')) {
		throw new ConfigurationError(`the Neo4j ${name} of the Helm chart is Neo4j Community, which has no online backup; set neo4j.edition: enterprise in its values`, 'CommunityEdition');
	}

	const licence = environment[licenceVariable];
	return {
		image,
		adminSecret: envFrom.find(({secretRef}) => secretRef)?.secretRef?.name ?? `${name}-auth`,
		...present({version: requireVersion(image), imagePullPolicy, licence: licence ? {name: licenceVariable, value: licence} : undefined}),
	};
};

const fromPod = ({servers, settings}: Release) => {
	const pod = servers[0]!.statefulSet.spec?.template?.spec;
	return {
		imagePullSecrets: pod?.imagePullSecrets?.map(secret => secret.name) ?? [],
		...present({
			tls: boltTLS(servers[0]!, settings), backupTLS: backupTLSBy(settings, pod, `${certificates}/backup`), nodeSelector: pod?.nodeSelector, tolerations: pod?.tolerations,
		}),
	};
};

/** The chart mounts a certificate under a fixed name, whatever its key in the Secret is. */
const boltTLS = ({statefulSet}: HelmServer, settings: Release['settings']): ResolvedTarget['tls'] => {
	if (settings['dbms.ssl.policy.bolt.enabled']?.toLowerCase() !== 'true') {
		return undefined;
	}

	const volumes = statefulSet.spec?.template?.spec?.volumes ?? [];
	const sources = (volume: string): readonly ProjectedSource[] => volumes.find(({name}) => name === volume)?.projected?.sources ?? [];
	const published = sources('bolt-certificates').flatMap(({secret}) => (secret?.items ?? []).filter(({path}) => path === 'public.crt').map(({key}) => ({name: secret!.name, key})));
	const trusted = sources('bolt-trusted').flatMap(({secret}) => secret ? [secret.name] : []);
	return {trustSecrets: [...trusted, ...published.map(({name}) => name)], keys: ['ca.crt', ...published.map(({key}) => key)]};
};
