"""The look of the report's page."""

STYLE = """
:root { color-scheme: light dark; --page: #f6f7f9; --paper: #fff; --ink: #1b1f24; --dim: #5b6470;
  --line: #dfe3e8; --main: #2563eb; --soft: #2563eb26; --alarm: #b42318; --alarm-paper: #fdecea }
@media (prefers-color-scheme: dark) { :root { --page: #0f1216; --paper: #181c22; --ink: #e8ebef;
  --dim: #9aa4b1; --line: #2c333c; --main: #6ea0ff; --soft: #6ea0ff2e; --alarm: #ff9b8f;
  --alarm-paper: #3a1916 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { max-width: 1080px; margin: 0 auto; padding: 20px 16px 40px }
h1 { font-size: 1.35rem; margin: 0 0 16px; overflow-wrap: anywhere }
h2 { font-size: .85rem; font-weight: 600; color: var(--dim); margin: 0 0 6px }
.cards { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(min(300px, 100%), 1fr)) }
.charts { display: grid; gap: 12px; margin: 12px 0;
  grid-template-columns: repeat(auto-fit, minmax(min(400px, 100%), 1fr)) }
.cards section, figure, .table { background: var(--paper); border: 1px solid var(--line);
  border-radius: 10px; padding: 14px 16px; margin: 0; min-width: 0 }
.cards p { font-size: 1.45rem; font-weight: 650; margin: 0; overflow-wrap: anywhere }
.cards section:first-child p { color: var(--main) }
small, figcaption, footer { color: var(--dim); font-size: .82rem }
.table { margin-top: 12px }
.table div { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .85rem }
th, td { text-align: right; padding: 5px 0 5px 14px; white-space: nowrap;
  border-bottom: 1px solid var(--line) }
th { color: var(--dim); font-weight: 600 }
th:first-child, td:first-child { text-align: left; padding-left: 0 }
tbody tr:last-child td { border-bottom: 0 }
.alarm { background: var(--alarm-paper); color: var(--alarm); border-radius: 10px; font-weight: 600;
  padding: 10px 16px; margin: 12px 0 0 }
.alarm::before { content: "Alarm: " }
footer { margin-top: 18px }
svg { width: 100%; height: auto; display: block; font-size: 11.5px }
text { fill: var(--ink) }
.dim { fill: var(--dim); font-size: 10.5px }
.strong { font-weight: 600 }
.track { fill: var(--line); opacity: .55 }
.bar, .dot { fill: var(--main) }
.area { fill: var(--soft) }
.line { fill: none; stroke: var(--main); stroke-width: 1.5; stroke-linejoin: round }
.whisker { fill: none; stroke: var(--ink); stroke-width: 1.2; opacity: .65 }
.grid { fill: none; stroke: var(--line); stroke-width: 1 }
.dashed { stroke: var(--dim); stroke-dasharray: 4 4 }
.table p { margin: 8px 0 0 }
"""
