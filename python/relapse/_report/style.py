"""The page of a report and its style sheet: light, dark, print, wide and narrow."""

from __future__ import annotations

from html import escape

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

STYLE = """\
:root {
  --page: #f5f6f7; --card: #ffffff; --ink: #1c242b; --muted: #56636e; --line: #d9dfe4;
  --risk: #1c242b; --band: #1c242b; --halo: #ffffff;
  --stage-0: #9fd6c4; --stage-1: #6aa9dc; --stage-2: #4a63ad; --stage-3: #e79a52;
  --stage-4: #8f2450; --stage-5: #c9c3a5; --stage-6: #7d8790; --stage-7: #39424a;
  --level-low: #dfe7ec; --level-guarded: #f6e4a6; --level-elevated: #f3b95f;
  --level-high: #dd6a39; --level-critical: #a3153a;
  --on-low: #1c242b; --on-guarded: #1c242b; --on-elevated: #1c242b; --on-high: #1c242b;
  --on-critical: #ffffff; --use: #8f2450; --link: #1a4f7a;
  --alarm: #a3153a; --alarm-soft: #fbecef; --notice: #b06a00; --notice-soft: #fdf4e3;
  --up: #c2502a; --down: #2f7f6f; --total: #7c8994;
  color-scheme: light dark;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #11161a; --card: #1a2127; --ink: #e8edf0; --muted: #a3b0ba; --line: #35414a;
    --risk: #f4f7f9; --band: #dfe7ec; --halo: #1a2127;
    --stage-0: #7fbfab; --stage-1: #5a9bd0; --stage-2: #5c74c4; --stage-3: #e39a58;
    --stage-4: #b93c70; --stage-5: #b9b28f; --stage-6: #8b959e; --stage-7: #59656f;
    --level-low: #3a464f; --level-guarded: #a08b3d; --level-elevated: #b67d27;
    --level-high: #d96a3c; --level-critical: #b5234a;
    --on-low: #e8edf0; --on-guarded: #11161a; --on-elevated: #11161a; --on-high: #11161a;
    --on-critical: #ffffff; --use: #e06a9a; --link: #8cc3e2;
    --alarm: #f0708f; --alarm-soft: #35151f; --notice: #eab45c; --notice-soft: #2f2614;
    --up: #e8794f; --down: #4fae9a; --total: #83909b;
  }
}
* { box-sizing: border-box; }
html { font-size: 15px; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
    sans-serif;
  -webkit-text-size-adjust: 100%;
}
main { max-width: 900px; margin: 0 auto; padding: 28px 20px 40px; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.133rem; margin: 0 0 8px; }
p { margin: 0 0 8px; }
a { color: var(--link); font-weight: 600; overflow-wrap: anywhere; }
ul, ol { margin: 0; padding-left: 20px; }
.muted, small { color: var(--muted); font-size: 0.867rem; }
.kicker {
  font-size: 0.8rem; letter-spacing: 0.05em; text-transform: uppercase;
  color: var(--muted); margin: 0;
}
section, footer {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 18px 20px; margin: 14px 0 0;
}
.safety { border: 2px solid var(--alarm); background: var(--alarm-soft); }
.safety h2 { color: var(--alarm); font-size: 1.333rem; }
.safety .flags { font-weight: 700; margin-bottom: 8px; }
.safety ol { margin-bottom: 8px; }
.safety li { margin-bottom: 4px; }
.notice { border-left: 5px solid var(--notice); background: var(--notice-soft); }
.told { border-left-color: var(--use); }
.well { border-left: 5px solid var(--down); }
.lines { margin-bottom: 8px; }
.in-use { font-size: 1.667rem; font-weight: 700; line-height: 1.3; }
.notice p:last-child, section > p:last-child { margin-bottom: 0; }

.summary { display: grid; grid-template-columns: 5fr 6fr; gap: 26px; }
.level .name {
  font-size: 2.267rem; font-weight: 700; line-height: 1.15; margin: 2px 0 6px;
}
.level .name::before {
  content: ""; display: inline-block; width: 0.62em; height: 0.62em; margin-right: 10px;
  border-radius: 50%; background: var(--this); border: 1px solid var(--line);
}
.level .rule { color: var(--muted); font-size: 0.867rem; }
.low { --this: var(--level-low); --on: var(--on-low); }
.guarded { --this: var(--level-guarded); --on: var(--on-guarded); }
.elevated { --this: var(--level-elevated); --on: var(--on-elevated); }
.high { --this: var(--level-high); --on: var(--on-high); }
.critical { --this: var(--level-critical); --on: var(--on-critical); }
.ladder { display: flex; gap: 3px; list-style: none; padding: 0; font-size: 0.733rem; }
.ladder li {
  flex: 1; text-align: center; color: var(--muted);
}
.ladder li::before {
  content: ""; display: block; height: 6px; margin-bottom: 4px; border-radius: 2px;
  background: var(--this); opacity: 0.5;
}
.ladder .on { color: var(--ink); font-weight: 700; }
.ladder .on::before { opacity: 1; }
.risks {
  display: grid; grid-template-columns: repeat(3, 1fr); gap: 10px 16px;
  align-content: start;
}
.risks > p { grid-column: 1 / -1; margin: 0; }
.risk-card p { margin: 0; }
.risk-card .then { margin-top: 6px; }
.risk-card .figure {
  font-size: 1.4rem; font-weight: 700; line-height: 1.4; white-space: nowrap;
}
.gauge {
  position: relative; height: 8px; margin-top: 8px; border-radius: 4px;
  background: var(--line);
}
.gauge i {
  position: absolute; top: 0; bottom: 0; border-radius: 4px; background: var(--total);
  opacity: 0.65;
}
.gauge b {
  position: absolute; top: -3px; bottom: -3px; width: 3px; margin-left: -1.5px;
  background: var(--ink); border-radius: 2px;
}

.legend {
  display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; padding: 0;
  margin: 0 0 8px; font-size: 0.867rem;
}
.legend li { display: flex; align-items: center; gap: 6px; }
.legend i { width: 13px; height: 13px; border-radius: 3px; }
.legend b { display: inline-block; }
.marks { margin: 6px 0 0; color: var(--muted); }
.mark-line { width: 18px; height: 2px; background: var(--risk); }
.mark-band { width: 18px; height: 11px; background: var(--band); opacity: 0.22; }
.mark-tick { width: 2px; height: 10px; background: var(--muted); }
.mark-missed {
  width: 9px; height: 9px; border: 1.5px solid var(--muted); border-radius: 50%;
}
.mark-used {
  width: 8px; height: 8px; background: var(--stage-4); transform: rotate(45deg);
}

svg { display: block; width: 100%; height: auto; font: 11px/1 system-ui, sans-serif; }
svg text { fill: var(--ink); }
svg .title { font-size: 12.5px; font-weight: 600; }
svg .tick { fill: var(--muted); }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .area { stroke: var(--card); stroke-width: 0.8; }
svg .zone { opacity: 0.3; }
svg .cut { stroke: var(--muted); stroke-width: 0.7; stroke-dasharray: 3 3; opacity: 0.7; }
svg .band { fill: var(--band); opacity: 0.2; }
svg .halo { fill: none; stroke: var(--halo); stroke-width: 4; stroke-linejoin: round; }
svg .risk { fill: none; stroke: var(--risk); stroke-width: 2; stroke-linejoin: round; }
svg .dot { fill: var(--risk); }
svg .tick-mark { stroke: var(--muted); }
svg .in-low { font-size: 10.5px; fill: var(--on-low); }
svg .in-guarded { font-size: 10.5px; fill: var(--on-guarded); }
svg .in-elevated { font-size: 10.5px; fill: var(--on-elevated); }
svg .in-high { font-size: 10.5px; fill: var(--on-high); }
svg .in-critical { font-size: 10.5px; fill: var(--on-critical); }
svg .used { fill: var(--stage-4); }
svg .missed { fill: var(--card); stroke: var(--muted); stroke-width: 1.4; }
svg .answered { stroke: var(--muted); stroke-width: 1.2; }
.figure-narrow { display: none; }

table { border-collapse: collapse; width: 100%; }
.waterfall th {
  text-align: left; font-weight: 400; width: 47%; padding: 3px 12px 3px 0;
  line-height: 1.3;
}
.waterfall small { font-size: 0.833rem; margin-left: 8px; white-space: nowrap; }
.waterfall .track {
  position: relative; min-width: 90px; border-left: 1px solid var(--line);
}
.waterfall .track span {
  position: absolute; top: calc(50% - 7px); height: 14px; border-radius: 2px;
  background: var(--fill);
}
.waterfall .value {
  text-align: right; padding-left: 8px; white-space: nowrap; width: 5.6em;
  font-variant-numeric: tabular-nums;
}
.waterfall .up { --fill: var(--up); }
.waterfall .down { --fill: var(--down); }
.waterfall .total { --fill: var(--total); }
.waterfall .total th, .waterfall .total td { font-weight: 600; }
.waterfall .ends { color: var(--muted); font-size: 0.733rem; text-align: right; }

.actions {
  list-style: none; padding: 0; counter-reset: action;
  display: grid; grid-template-columns: repeat(3, 1fr); gap: 14px 24px;
}
.actions > li { position: relative; padding-left: 34px; counter-increment: action; }
.actions > li::before {
  content: counter(action); position: absolute; left: 0; top: 1px; width: 23px;
  height: 23px; border: 1.5px solid var(--muted); border-radius: 50%; text-align: center;
  line-height: 20px; font-size: 0.867rem; color: var(--muted);
}
.actions p { margin: 0; }
.actions .words { font-weight: 600; }
.tags {
  display: flex; flex-wrap: wrap; gap: 4px 6px; list-style: none; padding: 4px 0 0;
}
.tags li {
  border: 1px solid var(--line); border-radius: 20px; padding: 0 9px; font-size: 0.8rem;
  color: var(--muted);
}

.changes th {
  text-align: left; font-size: 0.8rem; color: var(--muted); font-weight: 600;
  padding: 0 10px 4px 0;
}
.changes td {
  padding: 6px 10px 6px 0; border-top: 1px solid var(--line); vertical-align: top;
  font-size: 0.933rem;
}
.changes:not(.whole) td:nth-child(4), .num {
  font-variant-numeric: tabular-nums; white-space: nowrap;
}
.changes .range { display: block; white-space: nowrap; }
.changes .right { text-align: right; font-variant-numeric: tabular-nums; }
.whole .range { white-space: normal; }
.whole td:last-child:not(.right) { min-width: 13em; }
.share { display: grid; grid-template-columns: 8em 1fr 7em; gap: 3px 12px; }
.share .bar {
  background: var(--page); border: 1px solid var(--line); border-radius: 4px;
  align-self: center;
}
.share .bar i {
  display: block; height: 12px; border-radius: 3px; background: var(--this);
}
.share .num { text-align: right; }
.chip {
  display: inline-block; padding: 0 8px; border-radius: 20px; font-size: 0.833rem;
  background: var(--this); color: var(--on);
}
.use {
  color: var(--use); font-weight: 600; font-size: 0.867rem; white-space: nowrap;
}
.resource { border-left: 5px solid var(--alarm); }
footer { font-size: 0.867rem; color: var(--muted); }
footer h2 { color: var(--ink); font-size: 1rem; }
dl {
  display: grid; grid-template-columns: minmax(120px, 1fr) 4fr; gap: 4px 16px;
  margin: 0 0 10px;
}
dd { margin: 0; }
details { margin: 0 0 10px; }
summary { cursor: pointer; }
code { font-size: 0.8rem; overflow-wrap: anywhere; }

@media screen and (max-width: 700px) {
  main { padding: 16px 12px 28px; }
  section, footer { padding: 15px 14px; }
  .summary { grid-template-columns: minmax(0, 1fr); gap: 18px; }
  .actions { grid-template-columns: minmax(0, 1fr); }
  .waterfall th { width: 44%; }
  .waterfall small { display: block; margin: 0; }
  .risk-card .figure { font-size: 1.2rem; }
  .figure-wide { display: none; }
  .figure-narrow { display: block; }
  .changes thead { display: none; }
  .changes tr { display: block; border-top: 1px solid var(--line); padding: 8px 0; }
  .changes td { display: block; border: 0; padding: 1px 0 1px 112px; position: relative; }
  .changes td::before {
    content: attr(data-head); position: absolute; left: 0; color: var(--muted);
    font-size: 0.867rem;
  }
  .whole td { padding-left: 0; overflow-wrap: anywhere; }
  .whole td::before { position: static; display: block; }
  .whole td:last-child:not(.right) { min-width: 0; }
  .whole .right { text-align: left; }
  .share { grid-template-columns: 5.5em 1fr 6.5em; }
  .changes .range { white-space: normal; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: 6px; }
}
@media print {
  @page { margin: 12mm; }
  html { font-size: 10.8px; }
  body { background: #ffffff; line-height: 1.35; }
  main { max-width: none; padding: 0; }
  h2 { margin-bottom: 3px; }
  section, footer { padding: 6px 10px; margin-top: 5px; }
  p { margin-bottom: 3px; }
  footer { font-size: 0.76rem; line-height: 1.25; }
  footer p, footer dl { margin-bottom: 3px; }
  .safety, .summary, .notice, .way, .why, .resource, li, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  .figure-wide { width: 78%; margin: 0 auto; }
  tfoot { display: table-row-group; }
  .waterfall th, .waterfall td { padding-top: 0; padding-bottom: 0; }
  .waterfall .track span { top: calc(50% - 5px); height: 10px; }
  .changes td { padding-top: 2px; padding-bottom: 2px; }
  .changes:not(.whole) tr:nth-child(n + 6) { display: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


def page_html(title: str, body: str, language: str) -> str:
    """Return a whole page that fetches nothing; `body` is escaped already."""
    body = body.replace(" %", "&nbsp;%")
    return f"""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{escape(title)}</title>
<style>
{STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""
