/** The report's style: system fonts, light and dark as the reader's device asks, fit for paper. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2330; --soft: #5b6475; --page: #f6f7f9; --card: #fff; --rule: #e1e5eb; --zero: #aab2bf;
  --k0: #2f6fde; --k1: #d9722b; --k2: #1a936f; --k3: #b3459c; --k4: #8a6d1a; --k5: #5f5bd0 }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaf0; --soft: #9aa4b5; --page: #12151b; --card: #1a1f28; --rule: #2b323e; --zero: #566072;
  --k0: #6ea8ff; --k1: #f5a25d; --k2: #4fd1a5; --k3: #e58ad2; --k4: #d9bd5c; --k5: #a5a1ff } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }
main { max-width: 1360px; margin: 0 auto; padding: 36px 24px 64px }
h1 { margin: 0 0 4px; font-size: 27px; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; overflow-wrap: anywhere }
h2 { margin: 40px 0 14px; font-size: 18px; font-weight: 620 }
h3 { margin: 0; font-size: 14px; font-weight: 600 }
small { color: var(--soft); font-weight: 400; font-size: 12px }
.facts { display: flex; flex-wrap: wrap; gap: 1px; margin: 22px 0 0; background: var(--rule); border: 1px solid var(--rule); border-radius: 10px; overflow: hidden }
.facts div { flex: 1 1 auto; min-width: 130px; background: var(--card); padding: 11px 16px }
dt { color: var(--soft); font-size: 12px }
dd { margin: 1px 0 0; font-weight: 560; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 16px }
.card, .chart { background: var(--card); border: 1px solid var(--rule); border-radius: 10px }
.chart { margin: 0; padding: 14px 14px 8px; min-width: 0; max-width: 760px }
.chart figcaption { display: flex; flex-wrap: wrap; gap: 2px 16px; align-items: baseline; justify-content: space-between; margin: 0 4px 6px }
.chart ul { display: flex; flex-wrap: wrap; gap: 0 16px; margin: 0; padding: 0; list-style: none; color: var(--soft); font-size: 13px }
.chart b { color: var(--ink); font-weight: 600; font-variant-numeric: tabular-nums }
.key { display: inline-block; width: 14px; height: 3px; border-radius: 2px; margin-right: 6px; vertical-align: middle }
svg { display: block; width: 100%; height: auto }
svg text { fill: var(--soft); font-size: 11.5px; font-variant-numeric: tabular-nums }
.grid line { stroke: var(--rule) } .grid .zero, .axis line { stroke: var(--zero) }
.lines path { fill: none; stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round }
.lines .raw { stroke-width: 1; opacity: .3 }
${[0, 1, 2, 3, 4, 5].map(i => `.c${i} { stroke: var(--k${i}) } .c${i}.dot { fill: var(--k${i}) } .k${i} { background: var(--k${i}) }`).join('\n')}
.images { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 260px), 1fr)); gap: 16px }
.images figure { margin: 0; padding: 10px }
.images img { display: block; width: 100%; height: auto; border-radius: 5px; background: var(--page) }
.images figcaption { margin: 8px 2px 0; color: var(--soft); font-size: 13px }
@media (min-width: 640px) { .images .large { grid-column: span 2; grid-row: span 2 } }
.images .large img { image-rendering: pixelated }
.scroll { overflow-x: auto }
.notes { margin: 0; padding-left: 20px; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { padding: 8px 14px; text-align: left; border-top: 1px solid var(--rule); vertical-align: top }
thead th { border-top: 0; color: var(--soft); font-size: 12.5px; font-weight: 560 }
.number { text-align: right; white-space: nowrap }
footer { margin-top: 44px; color: var(--soft); font-size: 12.5px }
@media print { :root { color-scheme: light } main { padding: 0; max-width: none } .chart, .images figure, table { break-inside: avoid } }
`
