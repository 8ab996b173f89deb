/** One self-contained page: style, libraries, charts and data in a single file that asks nobody for more. */
import type { Figure, LegendEntry } from './charts/figure.ts'
import { Html, html, scriptJson } from './html.ts'
import { assets } from './libraries.ts'

/** What tells our pages from other people's files. */
export const GENERATOR = 'swarmgrad report'

/** A part of the page with a heading of its own. */
export interface Block {
  readonly title: string
  /** Over the whole width of the page. */
  readonly wide?: boolean
  /** Chart and text side by side, where the page is wide enough. */
  readonly beside?: boolean
  /** May be cut by the end of a printed page. */
  readonly long?: boolean
  readonly figure?: Figure
  /** Below the chart, or instead of one. */
  readonly caption?: Html
  readonly body?: Html
}

export interface Group {
  readonly title: string
  readonly blocks: readonly Block[]
}

export interface Page {
  readonly title: string
  /** Below the title: what was run, in one line. */
  readonly facts: string
  /** What must be known before anything is read. */
  readonly notices: readonly string[]
  readonly lead: Html
  readonly groups: readonly Group[]
}

/** Blocks two by two; whatever would stand alone in its row gets all of it. */
const filled = (blocks: readonly Block[]): readonly Block[] => {
  const rows: Block[] = []
  let open = false
  blocks.forEach((block, index) => {
    const next = blocks[index + 1]
    const alone = !open && (next === undefined || next.wide === true)
    open = block.wide !== true && !alone && !open
    rows.push(alone ? { ...block, wide: true } : block)
  })
  return rows
}

/** A chart that has nothing to show, in one line. */
export const missing = (title: string, why: string): Block => ({
  title,
  body: html`<p class="note">${why}</p>`
})

const swatch = ({ colour, shape }: LegendEntry): Html => {
  const line = (dash: string): Html =>
    html`<path d="M0 5H18" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dash}"/>`
  const shapes: Readonly<Record<LegendEntry['shape'], () => Html>> = {
    line: () => line('none'),
    dashed: () => line('5 3'),
    dotted: () => line('2 2'),
    area: () => html`<rect width="18" height="10" fill="${colour}" fill-opacity="0.25"/>`,
    dot: () => html`<circle cx="9" cy="5" r="4.5" fill="${colour}"/>`,
    hollow: () => html`<circle cx="9" cy="5" r="4" fill="none" stroke="${colour}"/>`,
    block: () => html`<rect width="18" height="10" fill="${colour}"/>`
  }
  return html`<svg width="18" height="10" aria-hidden="true">${shapes[shape]()}</svg>`
}

const legend = (entries: readonly LegendEntry[]): Html =>
  entries.length === 0
    ? html``
    : html`<ul class="legend">${entries.map((entry) => html`<li>${swatch(entry)}${entry.label}</li>`)}</ul>`

/** Everything about a chart that its reader's browser needs. */
const drawn = ({ legend: _legend, ...figure }: Figure): Omit<Figure, 'legend'> => figure

const policy = (): string => {
  const hashes = assets().scripts.map(({ hash }) => `'${hash}'`)
  return `default-src 'none'; script-src ${hashes.join(' ')}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`
}

/** The page as HTML. Nothing in it is loaded from anywhere, and no script but ours may run. */
export const renderPage = ({ title, facts, notices, lead, groups }: Page): string => {
  const figures: Array<Omit<Figure, 'legend'>> = []
  const chart = (figure: Figure, caption: Html | undefined): Html => {
    const place = figures.push(drawn(figure)) - 1
    return html`<figure>${legend(figure.legend ?? [])}<div data-figure="${place}"></div>
<figcaption>${caption ?? null}</figcaption></figure>`
  }
  const block = (part: Block): Html => {
    const { title, wide, beside, long, figure, caption, body } = part
    const classes = ['card', wide && 'wide', beside && 'beside', long && 'long']
    return html`<section class="${classes.filter((name) => typeof name === 'string').join(' ')}">
<h3>${title}</h3>
${figure === undefined ? null : chart(figure, caption)}${body ?? null}
</section>
`
  }
  const content = groups.map(({ title, blocks }) =>
    blocks.length === 0
      ? null
      : html`<h2>${title}</h2>
<div class="grid">
${filled(blocks).map(block)}</div>
`
  )
  const { scripts, style } = assets()
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="${GENERATOR}">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<header>
<div><h1>${title}</h1>
<p class="facts">${facts}</p></div>
<button id="theme" type="button" hidden></button>
</header>
<main>
${notices.map((notice) => html`<p class="notice">${notice}</p>\n`)}<noscript><p class="notice">The charts are drawn by a script in this file; the tables need none.</p></noscript>
${lead}
${content}</main>
<footer>Made by swarmgrad. This file is complete: it asks for nothing from outside.</footer>
<script type="application/json" id="figures">${scriptJson(figures)}</script>
${scripts.map(({ text }) => html`<script>${new Html(text)}</script>\n`)}</body>
</html>
`
  return page.text
}
