/**
What the TAP lines of a run of ava and its exit code amount to: the closing line, and the exit code. A run that broke off before it could report a failure has one all the same.
*/
export const avaResult = (lines: readonly string[], code: number): {readonly closing: string; readonly exitCode: number} => {
	const count = (pattern: RegExp): number => lines.filter(line => pattern.test(line)).length;
	const skipped = count(/^ok .*# (?:SKIP|TODO)/iv);
	const reported = count(/^not ok /v);
	const brokeOff = code !== 0 && reported === 0;
	const failed = brokeOff ? 1 : reported;
	return {
		closing: [
			...(brokeOff ? [`The tests broke off with exit code ${code}, before any was reported as failed.`] : []),
			`${count(/^ok /v) - skipped} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
		].join('\n'),
		exitCode: failed > 0 ? 1 : 0,
	};
};
