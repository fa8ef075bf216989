import axe, {type AxeResults} from 'axe-core';
import {type Page} from 'playwright-core';

/** WCAG 2.2 up to AA, and what else is good practice. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export type Accessibility = {
	/** What breaks a rule, or may break it and cannot be told by a program. */
	readonly problems: readonly string[];
	/** How many elements had their contrast measured. */
	readonly contrasts: number;
};

/**
Looks at a page by the rules of axe-core.
*/
export const checkAccessibility = async (page: Page): Promise<Accessibility> => {
	// Over the protocol of the debugger: the page itself lets no script in.
	await page.evaluate(axe.source);
	const {violations, incomplete, passes} = await page.evaluate<AxeResults>(`axe.run({runOnly: ${JSON.stringify(tags)}})`);
	return {
		problems: [...violations, ...incomplete].flatMap(({id, help, nodes}) => nodes.map(({target, failureSummary}) => `${id}: ${help}: ${target.join(' ')}: ${(failureSummary ?? '').replaceAll(/\s+/gv, ' ')}`)),
		contrasts: passes.find(({id}) => id === 'color-contrast')?.nodes.length ?? 0,
	};
};
