/** The last minutes: traffic, and which share of the time the compute thread computes. */
import { createChart } from './chart.js'
import { byId, create, setText } from './dom.js'
import { bytesText, percentText, rateText } from './format.js'

/** Of the axis: how long ago, whole seconds or minutes. */
const agoOnAxis = (seconds) => {
  if (seconds === 0) return 'now'
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.round(10 * seconds) / 10} s`
}

/** Over a few samples: a round may take longer than a second. */
const WINDOW = 5

const shares = (samples) =>
  samples.map((row, index) => {
    const before = samples[Math.max(0, index - WINDOW)]
    const time = row.uptime - before.uptime
    if (time <= 0) return null
    return Math.min(1, Math.max(0, (row.compute - before.compute) / time))
  })

const stackOf = () => {
  const parts = ['blue', 'orange'].map((tone) => create('span', { className: `tone-${tone}` }))
  const keys = ['blue', 'orange'].map((tone) => create('li', { className: `tone-${tone}` }))
  const stack = create('div', { className: 'stack', role: 'img' }, parts)
  byId('time-share').replaceChildren(stack, create('ul', { className: 'keys' }, keys))
  return { stack, parts, keys }
}

export const createActivity = () => {
  const rates = createChart(byId('rates'), {
    label: 'Traffic of the last five minutes',
    height: 130,
    format: (value) => rateText(value ?? 0),
    across: agoOnAxis,
    empty: 'The curve begins with the second figure.'
  })
  const time = createChart(byId('time-chart'), {
    label: 'Share of the last five minutes spent computing',
    height: 130,
    format: (value) => percentText(value, 0),
    range: [0, 1],
    across: agoOnAxis,
    empty: 'The curve begins with the second figure.'
  })
  const { stack, parts, keys } = stackOf()

  const showShare = ({ time: { computeUtilisation: share, overheadUtilisation: overhead } }) => {
    parts[0].style.flex = String(share ?? 0)
    parts[1].style.flex = String(share === null ? 0 : 1 - share)
    const words = [
      `computing ${percentText(share)}`,
      `waiting and communicating ${share === null ? '–' : percentText(1 - share)}`
    ]
    words.forEach((text, index) => {
      setText(keys[index], text)
    })
    const others = `everything but the compute thread takes ${percentText(overhead)} of a core`
    stack.setAttribute('aria-label', `${words.join(', ')}; ${others}`)
    stack.title = others
  }

  return {
    show({ status, samples }) {
      const now = samples.at(-1)?.at ?? 0
      const ago = samples.map(({ at }) => at - now)
      rates.show(ago, [
        { name: 'up', tone: 'blue', values: samples.map(({ up }) => up) },
        { name: 'down', tone: 'orange', values: samples.map(({ down }) => down) }
      ])
      const computing = shares(samples)
      const waiting = computing.map((share) => (share === null ? null : 1))
      time.show(ago, [
        { tone: 'orange', values: waiting, fill: 'down' },
        { name: 'computing, the last seconds', tone: 'blue', values: computing, fill: 'zero' }
      ])
      showShare(status)
      const { bytes } = status
      const sockets = `${bytesText(bytes.socketSent)} up, ${bytesText(bytes.socketReceived)} down on the sockets`
      let totals = byId('totals').firstChild
      if (totals === null) {
        totals = create('p', { className: 'note' })
        byId('totals').append(totals)
      }
      const frames = `${bytesText(bytes.sent)} and ${bytesText(bytes.received)} of them in frames`
      setText(totals, `Since the start ${sockets}; ${frames}.`)
    },
    redraw() {
      rates.redraw()
      time.redraw()
    }
  }
}
