import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** A script as it stands in the page, and what the page's policy knows it by. */
export interface Script {
  readonly text: string
  readonly hash: string
}

/** The builds for browsers lie beside what Node imports; d3 and Plot name them in no subpath of their own. */
const LIBRARIES = [
  { name: 'd3', from: './d3.min.js' },
  { name: '@observablehq/plot', from: '../dist/plot.umd.min.js' }
] as const

/** From src/report/ and from dist/report/ alike. */
const PAGE = new URL('../../src/report/page/', import.meta.url)

const scriptOf = (file: URL): Script => {
  const text = readFileSync(file, 'utf8')
  // Would end the element that it is put into.
  if (/<\/script|<!--/i.test(text)) throw new Error(`${file} cannot be put into a page`)
  return { text, hash: `sha256-${createHash('sha256').update(text).digest('base64')}` }
}

export interface Assets {
  readonly scripts: readonly Script[]
  readonly style: string
}

let loaded: Assets | null = null

/** Everything that a page is drawn with: libraries, our own script, style. */
export const assets = (): Assets => {
  loaded ??= {
    scripts: [
      ...LIBRARIES.map(({ name, from }) => scriptOf(new URL(from, import.meta.resolve(name)))),
      scriptOf(new URL('page.js', PAGE))
    ],
    style: readFileSync(new URL('page.css', PAGE), 'utf8')
  }
  return loaded
}
