/** The dashboard as one file: markup, style, chart library and script; it asks nobody but its peer for more. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { constants, gzipSync } from 'node:zlib'
import { linkModules } from './page-script.ts'

export interface DashboardPage {
  readonly html: Buffer
  readonly gzip: Buffer
  /** The Content-Security-Policy that lets this page run, and nothing else. */
  readonly policy: string
}

/** From src/dashboard/ and from dist/dashboard/ alike. */
const PAGE = new URL('../../src/dashboard/page/', import.meta.url)

const own = (name: string): string => readFileSync(new URL(name, PAGE), 'utf8')

/** uPlot draws the curves, d3-force places the peers; its own needs are found from where it lies. */
const libraries = (): readonly string[] => {
  const here = createRequire(import.meta.url)
  const force = createRequire(here.resolve('d3-force'))
  const browserBuild = (find: NodeJS.Require, name: string): string =>
    readFileSync(new URL(`../dist/${name}.min.js`, pathToFileURL(find.resolve(name))), 'utf8')
  return [
    readFileSync(here.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8'),
    ...['d3-dispatch', 'd3-quadtree', 'd3-timer', 'd3-force'].map((name) =>
      browserBuild(force, name)
    )
  ]
}

const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const assemble = (): DashboardPage => {
  const require = createRequire(import.meta.url)
  const scripts = [...libraries(), linkModules('main.js', own)]
  const chartStyle = readFileSync(require.resolve('uplot/dist/uPlot.min.css'), 'utf8')
  const style = `${chartStyle}\n${own('dashboard.css')}`
  for (const text of [...scripts, style]) {
    // Would end the element that it is put into.
    if (/<\/(script|style)|<!--/i.test(text)) throw new Error('cannot be put into the page')
  }
  const html = own('dashboard.html')
    .replace('<!--style-->', () => `<style>${style}</style>`)
    .replace('<!--scripts-->', () => scripts.map((text) => `<script>${text}</script>`).join('\n'))
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    `style-src ${hashOf(style)}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'"
  ].join('; ')
  const bytes = Buffer.from(html)
  return {
    html: bytes,
    gzip: gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }),
    policy
  }
}

let assembled: DashboardPage | null = null

export const dashboardPage = (): DashboardPage => {
  assembled ??= assemble()
  return assembled
}
