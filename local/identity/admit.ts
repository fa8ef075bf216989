import {type V1Container, type V1Volume} from '@kubernetes/client-node';
import {type Pod} from '../node/workloads.ts';
import {audiences, azureTenant, type Clouds} from './clouds.ts';
import {type KubeObject} from '#shared/kube/object.ts';

type Injection = {
	readonly env: Readonly<Record<string, string>>;
	readonly mount?: {readonly mountPath: string; readonly volume: V1Volume};
};

export type AdmitOptions = {readonly env?: Readonly<Record<string, string>>; readonly authorities?: string};

/**
What the clouds' webhooks and nodes do to a Pod that is created, by the annotations of its ServiceAccount: Amazon's pod identity webhook, Azure's workload identity webhook, which also wants a label, and the metadata server of GKE. Every container gets `env` besides, and trusts the authorities in `ca.crt` of the ConfigMap, as if everybody did.
*/
export const admitByClouds = (clouds: Clouds, {env = {}, authorities}: AdmitOptions = {}) => async (pod: Pod, account: KubeObject | undefined): Promise<Pod> => {
	const {'eks.amazonaws.com/role-arn': role, 'azure.workload.identity/client-id': client, 'iam.gke.io/gcp-service-account': google} = account?.metadata.annotations ?? {};
	const injections: Injection[] = [{env}, ...authorities === undefined ? [] : [trusting(authorities)]];
	if (role !== undefined) {
		injections.push(amazon(clouds, role));
	}

	if (client !== undefined && pod.metadata.labels?.['azure.workload.identity/use'] === 'true') {
		injections.push(azure(clouds, client));
	}

	if (google !== undefined) {
		const subject = `system:serviceaccount:${account?.metadata.namespace}:${account?.metadata.name}`;
		injections.push({env: {GCE_METADATA_HOST: await clouds.metadataServer(subject, google), METADATA_SERVER_DETECTION: 'assume-present'}});
	}

	return inject(pod, injections);
};

// https://github.com/aws/amazon-eks-pod-identity-webhook
const amazon = ({sts}: Clouds, role: string): Injection => {
	const mountPath = '/var/run/secrets/eks.amazonaws.com/serviceaccount';
	return {
		env: {
			AWS_ROLE_ARN: role, AWS_WEB_IDENTITY_TOKEN_FILE: `${mountPath}/token`, AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1', AWS_ENDPOINT_URL_STS: sts,
		},
		mount: {mountPath, volume: tokenVolume('aws-iam-token', 'token', audiences.aws)},
	};
};

// https://azure.github.io/azure-workload-identity/docs/installation/mutating-admission-webhook.html
const azure = ({azureAuthority}: Clouds, client: string): Injection => {
	const mountPath = '/var/run/secrets/azure/tokens';
	return {
		env: {
			AZURE_CLIENT_ID: client, AZURE_TENANT_ID: azureTenant, AZURE_FEDERATED_TOKEN_FILE: `${mountPath}/azure-identity-token`, AZURE_AUTHORITY_HOST: azureAuthority,
		},
		mount: {mountPath, volume: tokenVolume('azure-identity-token', 'azure-identity-token', audiences.azure)},
	};
};

const tokenVolume = (name: string, file: string, audience: string): V1Volume => ({name, projected: {sources: [{serviceAccountToken: {path: file, audience, expirationSeconds: 3600}}]}});

const trusting = (configMap: string): Injection => {
	const mountPath = '/var/run/authorities';
	return {env: {NODE_EXTRA_CA_CERTS: `${mountPath}/ca.crt`}, mount: {mountPath, volume: {name: 'public-authorities', configMap: {name: configMap}}}};
};

const inject = (pod: Pod, injections: readonly Injection[]): Pod => {
	const env = injections.flatMap(injection => Object.entries(injection.env).map(([name, value]) => ({name, value})));
	const mounts = injections.flatMap(({mount}) => mount ? [mount] : []);
	const change = (container: V1Container): V1Container => ({
		...container,
		// What a Pod says itself stays.
		env: [...env.filter(({name}) => !container.env?.some(given => given.name === name)), ...container.env ?? []],
		volumeMounts: [...container.volumeMounts ?? [], ...mounts.map(({mountPath, volume: {name}}) => ({name, mountPath, readOnly: true}))],
	});
	return {
		...pod,
		spec: {
			...pod.spec,
			containers: pod.spec.containers.map(container => change(container)),
			...pod.spec.initContainers && {initContainers: pod.spec.initContainers.map(container => change(container))},
			volumes: [...pod.spec.volumes ?? [], ...mounts.map(({volume}) => volume)],
		},
	};
};
