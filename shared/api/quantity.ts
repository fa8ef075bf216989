const factors: Readonly<Record<string, number>> = {
	'': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
};

/**
The bytes of a Kubernetes quantity: `100Gi`, `1.5T`, `1024`. Undefined for what is no quantity of bytes.
*/
export const bytesOf = (quantity: string): number | undefined => {
	const {number, suffix} = /^(?<number>\d+(?:\.\d+)?)(?<suffix>[kMGTPE]|[KMGTPE]i)?$/v.exec(quantity)?.groups ?? {};
	return number === undefined ? undefined : Number(number) * factors[suffix ?? '']!;
};
