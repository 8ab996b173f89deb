/** What the shapes of the graph mean, with how many there are of each. */
import { byId, create, setText } from './dom.js'

const NAMESPACE = 'http://www.w3.org/2000/svg'

const ENTRIES = [
  ['circle', 'linked', ({ state }) => state === 'linked'],
  ['hollow', 'heard of, no link', ({ state }) => state === 'heard'],
  ['silent', 'silent or ended', ({ state }) => state === 'silent'],
  ['dashes', 'through a relay', ({ path }) => path?.kind === 'relayed'],
  ['diamond', 'observer', ({ role }) => role === 'observer'],
  ['square', 'bootstrap', ({ role }) => role === 'bootstrap'],
  ['ring', 'another replica', ({ agreement }) => agreement === 'differs']
]

const SHAPES = {
  circle: ['M8 3a5 5 0 1 0 .01 0', 'blue', 'blue', ''],
  hollow: ['M8 3a5 5 0 1 0 .01 0', 'card', 'blue', ''],
  silent: ['M8 3a5 5 0 1 0 .01 0', 'faint', 'grey', '3 2'],
  dashes: ['M0 8h16', 'card', 'blue', '4 3'],
  diamond: ['M2 8 8 2 14 8 8 14z', 'card', 'blue', ''],
  square: ['M3 3h10v10H3z', 'card', 'blue', ''],
  ring: ['M8 3a5 5 0 1 0 .01 0', 'card', 'red', '']
}

const symbol = (shape) => {
  const [path, fill, stroke, dash] = SHAPES[shape]
  const svg = document.createElementNS(NAMESPACE, 'svg')
  svg.setAttribute('viewBox', '0 0 16 16')
  svg.setAttribute('width', '14')
  svg.setAttribute('height', '14')
  svg.setAttribute('aria-hidden', 'true')
  const line = document.createElementNS(NAMESPACE, 'path')
  line.setAttribute('d', path)
  line.style.fill = `var(--${fill})`
  line.style.stroke = `var(--${stroke})`
  line.style.strokeWidth = '2'
  line.style.strokeDasharray = dash
  svg.append(line)
  return svg
}

const items = ENTRIES.map(([shape]) => {
  const text = create('span')
  return { item: create('li', {}, [symbol(shape), text]), text }
})

export const showLegend = ({ nodes }) => {
  const place = byId('legend')
  if (place.children.length === 0) place.append(...items.map(({ item }) => item))
  ENTRIES.forEach(([, words, fits], index) => {
    const count = nodes.filter(fits).length
    items[index].item.hidden = count === 0
    setText(items[index].text, `${count} ${words}`)
  })
}
