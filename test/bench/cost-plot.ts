/** The curve of cost per peer and round over the number of peers, as an SVG that needs nothing else. */
export interface Cost {
  readonly peers: number
  readonly micros: number
}

const WIDTH = 560
const HEIGHT = 300
const LEFT = 60
const RIGHT = 20
const TOP = 40
const BOTTOM = 45

const text = (x: number, y: number, anchor: string, words: string): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${words}</text>`

/** Peers on a logarithmic axis; the other axis begins at zero, so that growth is seen as it is. */
export const costPlot = (costs: readonly Cost[]): string => {
  const first = Math.log2(costs[0]!.peers)
  const last = Math.log2(costs.at(-1)!.peers)
  const largest = Math.max(...costs.map(({ micros }) => micros))
  const step = 10 ** Math.floor(Math.log10(largest))
  const top = Math.ceil((1.2 * largest) / step) * step
  const x = (peers: number): number =>
    LEFT + ((Math.log2(peers) - first) / (last - first)) * (WIDTH - LEFT - RIGHT)
  const y = (micros: number): number => TOP + (1 - micros / top) * (HEIGHT - TOP - BOTTOM)

  const lines: string[] = []
  for (let micros = 0; micros <= top; micros += step / 2) {
    const at = y(micros).toFixed(1)
    lines.push(`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>`)
    lines.push(text(LEFT - 8, y(micros) + 4, 'end', String(micros)))
  }
  for (const { peers, micros } of costs) {
    lines.push(text(x(peers), HEIGHT - BOTTOM + 18, 'middle', String(peers)))
    lines.push(`<circle cx="${x(peers).toFixed(1)}" cy="${y(micros).toFixed(1)}" r="4"/>`)
    lines.push(text(x(peers), y(micros) - 10, 'middle', micros.toFixed(0)))
  }
  const points = costs.map(({ peers, micros }) => `${x(peers).toFixed(1)},${y(micros).toFixed(1)}`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
<title>Microseconds per peer and round over the number of peers</title>
<style>
svg { background: #fff; font: 12px system-ui, sans-serif }
text { fill: #333 }
circle { fill: #1f6fb2 }
polyline { fill: none; stroke: #1f6fb2; stroke-width: 2 }
.grid { stroke: #ddd }
</style>
${text(LEFT, 20, 'start', 'microseconds of the processor per peer and round')}
${text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, 'middle', 'peers')}
${lines.join('\n')}
<polyline points="${points.join(' ')}"/>
</svg>
`
}
