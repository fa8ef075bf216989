/**
One element of a Trigger's `spec.filters`: exactly one dialect.
*/
export type Filter = {
	readonly exact?: Readonly<Record<string, string>>;
	readonly prefix?: Readonly<Record<string, string>>;
	readonly suffix?: Readonly<Record<string, string>>;
	readonly all?: readonly Filter[];
	readonly any?: readonly Filter[];
	readonly not?: Filter;
	readonly cesql?: string;
};

export type Filtering = {
	readonly filters?: readonly Filter[];
	readonly filter?: {readonly attributes?: Readonly<Record<string, string>>};
};

type Attributes = Readonly<Record<string, string>>;

const dialects = ['exact', 'prefix', 'suffix', 'all', 'any', 'not', 'cesql'] as const;

/**
Whether a Trigger wants an event with these attributes. `filters` are ANDed and hide the legacy `filter.attributes`; neither means every event. An `exact` with an empty value matches everything, as Knative's does.
*/
export const passes = ({filters, filter}: Filtering, attributes: Attributes): boolean => {
	if (filters && filters.length > 0) {
		return filters.every(element => matches(element, attributes));
	}

	return Object.entries(filter?.attributes ?? {}).every(([name, value]) => value === '' ? Boolean(attributes[name]) : attributes[name] === value);
};

/**
What is wrong with a Trigger's filters, in words, as Knative's webhook would refuse it; `cesql` is refused because this stand-in does not speak it.
*/
export const filterProblem = ({filters}: Filtering): string | undefined => {
	for (const [index, filter] of (filters ?? []).entries()) {
		const problem = elementProblem(filter);
		if (problem) {
			return `spec.filters[${index}]: ${problem}`;
		}
	}

	return undefined;
};

const matches = (filter: Filter, attributes: Attributes): boolean => {
	const {exact, prefix, suffix, all, any, not} = filter;
	if (exact) {
		const entries = Object.entries(exact);
		return entries.some(([, value]) => value === '') || entries.every(([name, value]) => attributes[name] === value);
	}

	if (prefix) {
		return Object.entries(prefix).every(([name, value]) => attributes[name]?.startsWith(value) ?? false);
	}

	if (suffix) {
		return Object.entries(suffix).every(([name, value]) => attributes[name]?.endsWith(value) ?? false);
	}

	if (all) {
		return all.every(element => matches(element, attributes));
	}

	if (any) {
		return any.some(element => matches(element, attributes));
	}

	return not ? !matches(not, attributes) : true;
};

const elementProblem = (filter: Filter): string | undefined => {
	const used = dialects.filter(dialect => filter[dialect] !== undefined);
	if (used.length > 1) {
		return `multiple dialects found: ${used.join(', ')}`;
	}

	if (filter.cesql !== undefined) {
		return 'cesql is not understood by the embedded eventing; use exact, prefix, suffix, all, any or not';
	}

	for (const dialect of ['exact', 'prefix', 'suffix'] as const) {
		const problem = Object.entries(filter[dialect] ?? {}).map(([name, value]) => attributeProblem(dialect, name, value)).find(Boolean);
		if (problem) {
			return problem;
		}
	}

	return [...(filter.all ?? []), ...(filter.any ?? []), ...(filter.not ? [filter.not] : [])]
		.map(element => elementProblem(element)).find(Boolean);
};

const attributeProblem = (dialect: string, name: string, value: string): string | undefined => {
	if (!/^[a-z][a-z0-9]*$/v.test(name)) {
		return `invalid attribute name ${name}`;
	}

	return value === '' && dialect !== 'exact' ? `the ${dialect} of ${name} is empty` : undefined;
};
