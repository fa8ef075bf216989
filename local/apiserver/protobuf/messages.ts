export type Field = {
	readonly name: string;
	/** A scalar, `map<…>`, or another message of the table. */
	readonly type: string;
	readonly repeated?: boolean;
	/** The fields of the message stand for themselves. */
	readonly inline?: boolean;
};

export type Message = Readonly<Record<number, Field>>;

const message = (fields: Readonly<Record<string, number>>): Message => Object.fromEntries(Object.entries(fields).map(([declaration, number]) => {
	const {name = '', type = 'string', list} = /^(?<name>\w*)(?<list>\[\])?(?::(?<type>.+))?$/v.exec(declaration)?.groups ?? {};
	return [number, {
		name, type, repeated: list !== undefined, inline: name === '',
	}];
}));

/**
Field numbers of the kinds that kubectl's own commands create, from the `generated.proto` files of k8s.io/api and k8s.io/apimachinery. `name:type`, `[]` for a list; a string where no type is given.
*/
export const messages: Readonly<Record<string, Message>> = {
	Envelope: message({':TypeMeta': 1, 'raw:raw': 2}),
	TypeMeta: message({apiVersion: 1, kind: 2}),
	ObjectMeta: message({
		name: 1, generateName: 2, namespace: 3, uid: 5, resourceVersion: 6, 'generation:number': 7, 'creationTimestamp:time': 8, 'labels:map<string>': 11, 'annotations:map<string>': 12, 'ownerReferences[]:OwnerReference': 13, 'finalizers[]': 14,
	}),
	OwnerReference: message({
		kind: 1, name: 3, uid: 4, apiVersion: 5, 'controller:boolean': 6, 'blockOwnerDeletion:boolean': 7,
	}),
	Namespace: message({'metadata:ObjectMeta': 1}),
	Secret: message({
		'metadata:ObjectMeta': 1, 'data:map<base64>': 2, type: 3, 'stringData:map<string>': 4, 'immutable:boolean': 5,
	}),
	ConfigMap: message({
		'metadata:ObjectMeta': 1, 'data:map<string>': 2, 'binaryData:map<base64>': 3, 'immutable:boolean': 4,
	}),
	ServiceAccount: message({'metadata:ObjectMeta': 1}),
	Role: message({'metadata:ObjectMeta': 1, 'rules[]:PolicyRule': 2}),
	ClusterRole: message({'metadata:ObjectMeta': 1, 'rules[]:PolicyRule': 2}),
	PolicyRule: message({
		'verbs[]': 1, 'apiGroups[]': 2, 'resources[]': 3, 'resourceNames[]': 4, 'nonResourceURLs[]': 5,
	}),
	RoleBinding: message({'metadata:ObjectMeta': 1, 'subjects[]:Subject': 2, 'roleRef:RoleRef': 3}),
	ClusterRoleBinding: message({'metadata:ObjectMeta': 1, 'subjects[]:Subject': 2, 'roleRef:RoleRef': 3}),
	Subject: message({
		kind: 1, apiGroup: 2, name: 3, namespace: 4,
	}),
	RoleRef: message({apiGroup: 1, kind: 2, name: 3}),
};
