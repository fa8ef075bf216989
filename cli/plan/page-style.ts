/**
What all pages look like. Text has a contrast of at least 4.5:1 with what it stands on, in both schemes, and each verdict a shape beside its colour.
*/
export const pageStyle = `
:root {
	color-scheme: light dark;
	--ink: #1d2330; --soft: #4f5868; --paper: #fff; --raised: #f1f3f7; --faint: #d5dae3; --link: #0b57b0; --focus: #0b57b0;
	--keep: #1f7a4d; --expire: #b3402a; --archive: #855e00; --gone: #5c6575;
}
@media (prefers-color-scheme: dark) {
	:root {
		--ink: #e8ebf1; --soft: #b3bccb; --paper: #14181f; --raised: #1f252f; --faint: #39414f; --link: #8ab8f5; --focus: #8ab8f5;
		--keep: #54c48a; --expire: #f08a72; --archive: #e0b14a; --gone: #98a2b3;
	}
}
html { scroll-padding: 1rem 0 7rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 72rem; margin: 0 auto; padding: 1rem 1.25rem 8rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 0.5rem; }
h3 { font-size: 1rem; margin: 0.75rem 0 0.35rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.note { border-left: 4px solid var(--expire); background: var(--raised); padding: 0.6rem 0.9rem; }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: static; }

.totals { display: flex; flex-wrap: wrap; gap: 0.75rem; padding: 0; list-style: none; }
.totals li { border: 1px solid var(--faint); border-radius: 6px; padding: 0.5rem 0.9rem; background: var(--raised); min-width: 8rem; }
.totals strong { display: block; font-size: 1.25rem; }

.scroll { overflow-x: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; padding: 0; margin: 0 0 0.75rem; list-style: none; font-size: 0.9rem; }
.legend li { display: flex; align-items: center; gap: 0.5rem; }
.legend .bar { position: static; width: 32px; flex: none; }
.plot { position: relative; padding-top: 1.6rem; }
.grid span { position: absolute; top: 0; bottom: 0; box-sizing: border-box; padding: 0 0.35rem; border-left: 1px solid var(--faint); color: var(--soft); font-size: 0.8rem; white-space: nowrap; }
.grid span:last-child { translate: -100% 0; border-left: 0; border-right: 1px solid var(--faint); }
.plot h3 { position: sticky; left: 0; width: max-content; max-width: calc(100vw - 3.5rem); background: var(--paper); padding-right: 0.5rem; }
.lanes { position: relative; padding: 0; margin: 0; list-style: none; }
.bar { position: absolute; box-sizing: border-box; min-width: 24px; height: 24px; border: 2px solid currentColor; border-radius: 4px; color: var(--keep); forced-color-adjust: none; print-color-adjust: exact; --fill: currentColor; background: linear-gradient(var(--fill), var(--fill)) 0 0 / var(--written, 100%) 100% no-repeat, var(--paper); }
.bar.expire { color: var(--expire); border-style: dashed; background: repeating-linear-gradient(135deg, currentColor 0 4px, var(--paper) 4px 9px); }
.bar.archive { color: var(--archive); border-style: dotted; background: radial-gradient(currentColor 2.5px, transparent 3px) 0 0 / 8px 8px, var(--paper); }
.bar.gone, .bar.archived { color: var(--gone); border-style: dashed; }
.bar.archived { color: var(--archive); border-style: dotted; }
.words { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.bar:is(:hover, :focus) .words { position: fixed; inset: auto 0 0; z-index: 1; width: auto; height: auto; clip-path: none; padding: 0.75rem 1.25rem; background: var(--raised); color: var(--ink); border-top: 2px solid var(--focus); }

.curve { display: grid; grid-template-columns: auto 1fr; gap: 0.25rem 0.5rem; margin: 1.25rem 0 0; color: var(--soft); font-size: 0.8rem; }
.amounts, .days { display: flex; justify-content: space-between; }
.amounts { flex-direction: column; text-align: right; margin: -0.6rem 0; }
.days, .curve figcaption { grid-column: 2; }
.curve .lines line { stroke: var(--faint); }
.curve .stored { fill: var(--keep); }
.curve .archived { fill: url(#dots); stroke: var(--archive); }
.curve circle { fill: var(--archive); }
.curve .backing { fill: var(--paper); }

table { border-collapse: collapse; width: 100%; font-size: 0.9rem; overflow-wrap: normal; }
caption { text-align: left; color: var(--soft); padding: 0.75rem 0 0.25rem; }
/* What spans a table stays in sight while it is scrolled sideways. */
.stays { position: sticky; left: 0; display: inline-block; max-width: calc(100vw - 4rem); }
th, td { padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--faint); text-align: left; vertical-align: top; }
th { font-weight: 600; }
tbody th { font-weight: 400; white-space: nowrap; }
.group td { background: var(--raised); font-weight: 600; white-space: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.keep { color: var(--keep); }
td.expire { color: var(--expire); }
td.archive { color: var(--archive); }
td.keep, td.expire, td.archive { font-weight: 600; white-space: nowrap; }
.reason { min-width: 16rem; }
.file { min-width: 14rem; font-family: ui-monospace, monospace; font-size: 0.85em; overflow-wrap: anywhere; }
tbody:target { outline: 3px solid var(--focus); outline-offset: -3px; }
`;
