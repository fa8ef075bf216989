/**
The parts of a Pod that a backup Job uses, as Kubernetes spells them.
*/
export type EnvironmentVariable = {
	readonly name: string;
	readonly value?: string;
	readonly valueFrom?: {
		readonly secretKeyRef?: {readonly name: string; readonly key: string; readonly optional?: boolean};
		readonly fieldRef?: {readonly fieldPath: string};
	};
};

export type VolumeMount = {readonly name: string; readonly mountPath: string; readonly subPath?: string; readonly readOnly?: boolean};

export type Volume = {readonly name: string} & Readonly<Record<string, unknown>>;

export type Container = {
	readonly name: string;
	readonly image: string;
	readonly command?: readonly string[];
	readonly args: readonly string[];
	readonly env: readonly EnvironmentVariable[];
	readonly volumeMounts: readonly VolumeMount[];
	readonly resources?: Record<string, unknown>;
	readonly imagePullPolicy?: string;
	readonly workingDir?: string;
	readonly terminationMessagePath?: string;
	readonly terminationMessagePolicy?: string;
	readonly securityContext: Record<string, unknown>;
};
