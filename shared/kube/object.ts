/**
What every Kubernetes object has, as far as the functions read it.
*/
export type OwnerReference = {
	readonly apiVersion: string;
	readonly kind: string;
	readonly name: string;
	readonly uid: string;
	readonly controller?: boolean;
	readonly blockOwnerDeletion?: boolean;
};

export type ObjectMeta = {
	readonly name: string;
	readonly namespace?: string;
	readonly uid?: string;
	readonly resourceVersion?: string;
	readonly generation?: number;
	readonly creationTimestamp?: string;
	readonly deletionTimestamp?: string;
	readonly labels?: Readonly<Record<string, string>>;
	readonly annotations?: Readonly<Record<string, string>>;
	readonly ownerReferences?: readonly OwnerReference[];
	readonly finalizers?: readonly string[];
};

export type KubeObject = {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: ObjectMeta;
};

/**
A Kubernetes object with whatever fields its kind has, as it is written down rather than read.
*/
export type Manifest = KubeObject & Readonly<Record<string, unknown>>;

export type Kind = {readonly apiVersion: string; readonly kind: string};

export type Reference = Kind & {readonly namespace?: string; readonly name: string};

/**
The reference by which an object can be read again.
*/
export const referenceOf = ({apiVersion, kind, metadata: {namespace, name}}: KubeObject): Reference => ({
	apiVersion, kind, name, ...(namespace && {namespace}),
});

/**
The controller reference that makes Kubernetes collect a child when its owner is gone.
*/
export const controllerReference = ({apiVersion, kind, metadata: {name, uid}}: KubeObject): OwnerReference => ({
	apiVersion, kind, name, uid: uid!, controller: true, blockOwnerDeletion: true,
});

/**
Whether `child` is controlled by exactly that object, by uid: an object made again under the same name is another one.
*/
export const isControlledBy = (child: KubeObject, owner: KubeObject): boolean =>
	child.metadata.ownerReferences?.some(reference => reference.controller === true && reference.uid === owner.metadata.uid) ?? false;
