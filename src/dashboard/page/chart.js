/** One set of curves: uPlot with keys of our own, which say the values under the cursor. */
import { create, setText } from './dom.js'
import { colour } from './theme.js'

const { uPlot } = globalThis
const ANIMATION_FREE = { drag: { x: false, y: false }, points: { size: 7 } }

const axis = (format) => ({
  stroke: () => colour('muted'),
  grid: { stroke: () => colour('line'), width: 1 },
  ticks: { show: false },
  font: '11px system-ui, sans-serif',
  size: format === null ? 26 : 54,
  gap: 4,
  ...(format === null ? {} : { values: (_chart, values) => values.map(format) })
})

/** Of areas, so that the grid shows through. */
const faint = (tone) => colour(tone).replace(/^rgb\((.*)\)$/, 'rgba($1, 0.3)')

/** An area from a series down to the next one. */
const bandsOf = (series) =>
  series.flatMap(({ fill, tone }, index) =>
    fill === 'down' ? [{ series: [index + 1, index + 2], fill: () => faint(tone) }] : []
  )

const lineOf = ({ tone, fill, thin, dots }) => ({
  stroke: () => colour(tone),
  width: thin ? 1 : 2,
  alpha: thin ? 0.45 : 1,
  spanGaps: true,
  points: { show: dots === true ? undefined : false, size: 5, fill: () => colour(tone) },
  ...(fill === 'zero' ? { fill: () => faint(tone) } : {})
})

/**
 * `label`: what it shows, for those who do not see it. `format`: of values; `range`: fixed, or null.
 * `across`: of the horizontal axis; null: whole numbers.
 */
export const createChart = (
  place,
  { label, height, format, range = null, across = null, empty }
) => {
  const keys = create('ul', { className: 'keys' })
  const box = create('div', { role: 'img', ariaLabel: label })
  const note = create('p', { className: 'empty', textContent: empty })
  place.replaceChildren(note)
  let chart = null
  let shape = ''
  let series = []

  const showKeys = (index) => {
    const said = []
    series.forEach(({ name, thin }, number) => {
      if (thin || name === undefined) return
      const column = chart.data[number + 1]
      const value = index === null ? column.findLast((one) => one !== null) : column[index]
      said.push(`${name} ${format(value ?? null)}`)
    })
    const items = [...keys.children]
    said.forEach((text, number) => {
      setText(items[number], text)
    })
    box.setAttribute('aria-label', `${label}: ${said.join(', ')}`)
  }

  const build = (data) => {
    chart?.destroy()
    const named = series.filter(({ thin, name }) => !thin && name !== undefined)
    keys.replaceChildren(...named.map(({ tone }) => create('li', { className: `tone-${tone}` })))
    place.replaceChildren(keys, box)
    const options = {
      width: Math.max(120, box.clientWidth),
      height,
      padding: [8, 16, 0, 0],
      legend: { show: false },
      cursor: { ...ANIMATION_FREE, y: false },
      scales: { x: { time: false }, ...(range === null ? {} : { y: { range } }) },
      axes: [{ ...axis(across), size: 26 }, axis(format)],
      series: [{}, ...series.map(lineOf)],
      bands: bandsOf(series),
      hooks: { setCursor: [({ cursor }) => showKeys(cursor.idx ?? null)] }
    }
    chart = new uPlot(options, data, box)
  }

  new ResizeObserver(() => {
    if (chart !== null && box.clientWidth > 0 && box.clientWidth !== chart.width) {
      chart.setSize({ width: box.clientWidth, height })
    }
  }).observe(place)

  return {
    /** `next`: [{ name, tone, values, thin?, fill?: 'zero' | 'down', dots? }], in the order in which they are drawn. */
    show(xs, next) {
      if (xs.length < 2) {
        chart?.destroy()
        chart = null
        shape = ''
        if (place.firstChild !== note) place.replaceChildren(note)
        return
      }
      series = next
      const data = [xs, ...next.map(({ values }) => values)]
      const wanted = next.map(({ name, tone, thin }) => `${name} ${tone} ${thin}`).join()
      if (wanted !== shape) build(data)
      else chart.setData(data)
      shape = wanted
      showKeys(chart.cursor.idx ?? null)
    },
    redraw: () => chart?.redraw(false)
  }
}
