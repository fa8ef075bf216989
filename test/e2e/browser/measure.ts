import {type Page} from 'playwright-core';

export type Box = {readonly left: number; readonly top: number; readonly width: number; readonly height: number};

/**
Where the elements of a selector lie in the window.
*/
export const boxesOf = async (page: Page, selector: string): Promise<readonly Box[]> => page.evaluate<Box[]>(`
	[...document.querySelectorAll(${JSON.stringify(selector)})].map(element => {
		const {left, top, width, height} = element.getBoundingClientRect();
		return {left, top, width, height};
	})
`);

/**
Pairs of boxes that lie on each other, by more than a line's width.
*/
export const overlapsOf = (boxes: readonly Box[]): ReadonlyArray<readonly [Box, Box]> => boxes.flatMap((one, index) => boxes.slice(index + 1)
	.filter(other => one.left + one.width > other.left + 1 && other.left + other.width > one.left + 1 && one.top + one.height > other.top + 1 && other.top + other.height > one.top + 1)
	.map(other => [one, other] as const));

/**
The texts that do not fit where they stand, and that cannot be scrolled to.
*/
export const cutTexts = async (page: Page): Promise<readonly string[]> => page.evaluate<string[]>(`
	[...document.querySelectorAll('body *')]
		.filter(element => element.checkVisibility() && element.textContent.trim() !== '' && !element.matches('.scroll, .words, .skip'))
		.filter(element => {
			const {right} = element.getBoundingClientRect();
			const isScrolled = element.closest('.scroll') !== null;
			return (!isScrolled && right > document.documentElement.clientWidth + 1) || (element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1 && !isScrolled);
		})
		.map(element => element.tagName + ': ' + element.textContent.trim().slice(0, 60))
`);

/**
What has the focus: its words, where it is, and whether it can be seen that it has it.
*/
export type Focus = {readonly selector: string; readonly words: string; readonly box: Box; readonly isOutlined: boolean; readonly isWholeInWindow: boolean};

/**
Presses Tab, and tells of what has the focus then; undefined at the end of the page.
*/
export const nextFocus = async (page: Page): Promise<Focus | undefined> => {
	await page.keyboard.press('Tab');
	return page.evaluate<Focus | undefined>(`
		(() => {
			const element = document.activeElement;
			if (element === null || element === document.body) {
				return undefined;
			}

			const {left, top, width, height} = element.getBoundingClientRect();
			const {outlineStyle, outlineWidth} = getComputedStyle(element);
			return {
				selector: element.className === '' ? element.tagName : '.' + element.className.split(' ')[0],
				words: element.getAttribute('aria-label') ?? element.textContent,
				box: {left, top, width, height},
				isOutlined: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
				isWholeInWindow: left >= 0 && left + width <= innerWidth && top >= 0 && top + height <= innerHeight,
			};
		})()
	`);
};
