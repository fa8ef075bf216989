export type Containerfile = {
	readonly from: string;
	readonly labels: Readonly<Record<string, string>>;
	readonly environment: Readonly<Record<string, string>>;
	readonly folder: string;
	/** Patterns of files of the project, all copied into the folder. */
	readonly copied: readonly string[];
	readonly user: string;
	readonly entrypoint: readonly string[];
};

type Draft = {-readonly [Field in keyof Containerfile]: Containerfile[Field]};

/**
Reads a Containerfile of the few instructions that the project's own has. Any other is an error, so that an image assembled from it cannot lack something unnoticed.
*/
export const parseContainerfile = (text: string): Containerfile => {
	const draft: Draft = {
		from: '', labels: {}, environment: {}, folder: '/', copied: [], user: '', entrypoint: [],
	};
	const lines = text.replaceAll('\\\n', ' ').split('\n').filter(line => line.trim() !== '' && !line.startsWith('#'));
	for (const line of lines) {
		const [instruction = '', ...rest] = line.split(' ');
		const read = instructions[instruction];
		if (!read) {
			throw new Error(`Containerfile: ${instruction} is not understood by what assembles images without a registry`);
		}

		read(draft, rest.join(' ').trim());
	}

	return draft;
};

const instructions: Readonly<Record<string, (draft: Draft, value: string) => void>> = {
	FROM(draft, value) {
		draft.from = value;
	},
	LABEL(draft, value) {
		draft.labels = {...draft.labels, ...assignments(value)};
	},
	ENV(draft, value) {
		draft.environment = {...draft.environment, ...assignments(value)};
	},
	WORKDIR(draft, value) {
		draft.folder = value;
	},
	COPY(draft, value) {
		const sources = value.split(/\s+/v);
		const target = sources.pop();
		if (target !== './' || sources.some(source => source.startsWith('--'))) {
			throw new Error(`Containerfile: COPY ${value} is not understood: only copies into the working folder are`);
		}

		draft.copied = [...draft.copied, ...sources];
	},
	USER(draft, value) {
		draft.user = value;
	},
	ENTRYPOINT(draft, value) {
		draft.entrypoint = JSON.parse(value) as string[];
	},
};

const assignments = (text: string): Record<string, string> =>
	Object.fromEntries([...text.matchAll(/(?<name>[\w.]+)=(?:"(?<quoted>[^"]*)"|(?<plain>\S+))/gv)].map(({groups}) => [groups!['name']!, groups!['quoted'] ?? groups!['plain']!]));
