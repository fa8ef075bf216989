import {HttpMethod, KubeConfig} from '@kubernetes/client-node';
import {type Right} from './right.ts';
import {type Role} from '#test/knative/manifests.ts';
import {createKubeClient, type KubeClient} from '#shared/kube/client.ts';
import {createSend} from '#shared/kube/send.ts';

const rbac = 'rbac.authorization.k8s.io';

export type Account = {
	/** `system:serviceaccount:…`, as the API server names it. */
	readonly user: string;
	readonly connect: () => Promise<KubeClient>;
};

export type AccountOptions = {readonly namespace: string; readonly name: string; readonly rules: Role['rules']};

/**
A ServiceAccount with a ClusterRole of its own, named after the namespace, and clients that show its token: what such a client may do, the API server decides.
*/
export const createAccount = async ({kube, kubeConfig}: {readonly kube: KubeClient; readonly kubeConfig: KubeConfig}, {namespace, name, rules}: AccountOptions): Promise<Account> => {
	const role = roleName({namespace, name});
	await kube.create({apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name, namespace}});
	await kube.patch({apiVersion: `${rbac}/v1`, kind: 'ClusterRole', name: role}, {
		apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: {name: role}, rules,
	}, {type: 'apply', fieldManager: 'rights', force: true});
	await kube.patch({apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', name: role}, {
		apiVersion: `${rbac}/v1`,
		kind: 'ClusterRoleBinding',
		metadata: {name: role},
		roleRef: {apiGroup: rbac, kind: 'ClusterRole', name: role},
		subjects: [{kind: 'ServiceAccount', name, namespace}],
	}, {type: 'apply', fieldManager: 'rights', force: true});
	const send = createSend(kubeConfig, {timeoutMs: 10_000});
	return {
		user: `system:serviceaccount:${namespace}:${name}`,
		async connect() {
			const {status, text} = await send(HttpMethod.POST, `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
				contentType: 'application/json', text: JSON.stringify({apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {expirationSeconds: 3600}}),
			});
			if (status !== 201) {
				throw new Error(`no token for ${name}: ${text}`);
			}

			return createKubeClient(withToken(kubeConfig, (JSON.parse(text) as {status: {token: string}}).status.token));
		},
	};
};

/**
Takes away what no namespace takes with it.
*/
export const removeAccount = async (kube: KubeClient, account: Omit<AccountOptions, 'rules'>): Promise<void> => {
	for (const kind of ['ClusterRoleBinding', 'ClusterRole']) {
		await kube.delete({apiVersion: `${rbac}/v1`, kind, name: roleName(account)});
	}
};

/**
Whether a user may, by the API server's own word, as Knative asks it before a source is Ready.
*/
export const mayDo = async (kubeConfig: KubeConfig, user: string, {verb, resource, group}: Right): Promise<boolean> => {
	const [name, subresource] = resource.split('/');
	const {text} = await createSend(kubeConfig, {timeoutMs: 10_000})(HttpMethod.POST, '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
		contentType: 'application/json',
		text: JSON.stringify({
			apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec: {
				user, resourceAttributes: {
					verb, group, resource: name, ...(subresource && {subresource}), ...(resource === 'namespaces' && {name: 'kube-system'}),
				},
			},
		}),
	});
	return (JSON.parse(text) as {status: {allowed: boolean}}).status.allowed;
};

const roleName = ({namespace, name}: Omit<AccountOptions, 'rules'>): string => `${namespace}:${name}`;

const withToken = (config: KubeConfig, token: string): KubeConfig => {
	const own = new KubeConfig();
	own.loadFromClusterAndUser(config.getCurrentCluster()!, {name: 'account', token});
	return own;
};
