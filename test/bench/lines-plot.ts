/** Lines over time, as an SVG that needs nothing else. */
export interface Line {
  readonly name: string
  /** [x, y], by x. */
  readonly points: ReadonlyArray<readonly [number, number]>
}

export interface LinesPlot {
  readonly title: string
  readonly xLabel: string
  readonly lines: readonly Line[]
  /** Where measuring begins, if not at the start. */
  readonly from?: number
}

const WIDTH = 640
const HEIGHT = 300
const LEFT = 50
const RIGHT = 20
const TOP = 40
const BOTTOM = 45
const TICKS = 5
const COLOURS = ['#1f6fb2', '#b2541f', '#2a8c4a', '#7a3fb2']

const text = (x: number, y: number, anchor: string, words: string): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${words}</text>`

/** A round step that divides a length into about TICKS. */
const stepOf = (length: number): number => {
  const rough = length / TICKS
  const unit = 10 ** Math.floor(Math.log10(rough))
  return [1, 2, 5, 10].map((n) => n * unit).find((step) => step >= rough)!
}

/** The y axis begins at zero, so that growth is seen as it is. */
export const linesPlot = ({ title, xLabel, lines, from }: LinesPlot): string => {
  const all = lines.flatMap(({ points }) => points)
  const right = Math.max(...all.map(([x]) => x))
  const top = 1.1 * Math.max(...all.map(([, y]) => y))
  const x = (value: number): number => LEFT + (value / right) * (WIDTH - LEFT - RIGHT)
  const y = (value: number): number => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM)
  const marks: string[] = []
  for (let value = 0; value <= top; value += stepOf(top)) {
    const at = y(value).toFixed(1)
    marks.push(`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>`)
    marks.push(text(LEFT - 8, y(value) + 4, 'end', String(Number(value.toPrecision(3)))))
  }
  for (let value = 0; value <= right; value += stepOf(right)) {
    marks.push(text(x(value), HEIGHT - BOTTOM + 18, 'middle', String(Number(value.toPrecision(3)))))
  }
  if (from !== undefined) {
    const at = x(from).toFixed(1)
    marks.push(`<line class="from" x1="${at}" x2="${at}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>`)
  }
  const drawn = lines.map(({ name, points }, i) => {
    const colour = COLOURS[i % COLOURS.length]!
    const path = points.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
    const label = `<tspan fill="${colour}">${name}</tspan>`
    return `<polyline points="${path}" stroke="${colour}"/>\n${text(LEFT + 90 * i, TOP - 8, 'start', label)}`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
<title>${title}</title>
<style>
svg { background: #fff; font: 12px system-ui, sans-serif }
text { fill: #333 }
polyline { fill: none; stroke-width: 1.5 }
.grid { stroke: #ddd }
.from { stroke: #999; stroke-dasharray: 4 3 }
</style>
${text(LEFT, 18, 'start', title)}
${text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, 'middle', xLabel)}
${marks.join('\n')}
${drawn.join('\n')}
</svg>
`
}
