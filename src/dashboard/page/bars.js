/** Bytes as bars: by kind of frame, and by neighbour in both directions. */
import { byId, create, setText } from './dom.js'
import { bytesText, countText, plural, shortName } from './format.js'

const MAX_ROWS = 8

const rowOf = (tones) => {
  const bars = tones.map((tone) => create('span', { className: `bar tone-${tone}` }))
  const name = create('span', { className: 'name' })
  const value = create('span', { className: 'value' })
  const track = create('span', { className: 'track' }, bars)
  return { element: create('li', {}, [name, track, value]), name, bars, value }
}

/** `rows`: [{ name, title, amounts, text }], `amounts` as long as `tones`. */
const createBars = (place, title, tones, keys) => {
  const list = create('ul', { className: 'bars' })
  const legend = create(
    'ul',
    { className: 'keys' },
    keys.map((text, index) =>
      create('li', { className: `tone-${tones[index]}`, textContent: text })
    )
  )
  const note = create('p', { className: 'note' })
  place.replaceChildren(create('h3', { textContent: title }), legend, list, note)
  const made = []
  return (rows, rest) => {
    while (made.length < rows.length) made.push(rowOf(tones))
    if (list.children.length !== rows.length) {
      list.replaceChildren(...made.slice(0, rows.length).map(({ element }) => element))
    }
    const most = Math.max(1, ...rows.flatMap(({ amounts }) => amounts))
    rows.forEach(({ name, title: whole, amounts, text }, index) => {
      const row = made[index]
      setText(row.name, name)
      row.name.title = whole
      setText(row.value, text)
      row.bars.forEach((bar, number) => {
        bar.style.width = `${(100 * amounts[number]) / most}%`
      })
    })
    setText(note, rest)
  }
}

export const createByteBars = () => {
  const kinds = createBars(byId('by-kind'), 'Sent by kind', ['blue'], [])
  const tones = ['blue', 'orange']
  const neighbours = createBars(byId('by-neighbour'), 'By neighbour', tones, ['to it', 'from it'])
  return {
    show({ status, members }) {
      const byKind = Object.entries(status.bytes.sentByKind)
        .sort(([, a], [, b]) => b.bytes - a.bytes)
        .slice(0, MAX_ROWS)
      kinds(
        byKind.map(([name, { frames, bytes }]) => ({
          name,
          title: `${plural(frames, 'frame')} of kind ${name}`,
          amounts: [bytes],
          text: bytesText(bytes)
        })),
        byKind.length === 0 ? 'Nothing has been sent yet.' : ''
      )
      const all = [...members.values()].filter(
        ({ bytesSent, bytesReceived }) => bytesSent + bytesReceived > 0
      )
      const size = ({ bytesSent, bytesReceived }) => bytesSent + bytesReceived
      const most = all.sort((a, b) => size(b) - size(a)).slice(0, MAX_ROWS)
      const left = all.length - most.length
      neighbours(
        most.map(({ name, bytesSent, bytesReceived }) => ({
          name: shortName(name),
          title: name,
          amounts: [bytesSent, bytesReceived],
          text: bytesText(bytesSent + bytesReceived)
        })),
        left > 0
          ? `and ${countText(left)} others`
          : all.length === 0
            ? 'Nothing has gone between this peer and another yet.'
            : ''
      )
    }
  }
}
