/** The swarm in words: the details of one peer, and all of them as a table. */
import { byId, create, fillFacts, setData, setText } from './dom.js'
import { agoText, bytesText, countText, figureText, shortName } from './format.js'
import { STATE_WORDS } from './swarm-view.js'

const behindWords = ({ behind }) => {
  if (behind === null || behind === 0) return ''
  return behind > 0 ? ` (${countText(behind)} behind)` : ` (${countText(-behind)} ahead)`
}

const stateText = ({ state, how, wanted, refused }) => {
  if (how !== null) return `ended: ${how}`
  if (refused !== null && state !== 'linked') return `refused: ${refused.why}`
  return state === 'heard' && wanted ? 'heard of, link wanted' : STATE_WORDS[state]
}

const wayText = ({ path, state }) => (state === 'linked' && path !== null ? path.kind : '–')

const roundTripText = ({ path }) =>
  path?.rttMs === null || path === null ? '–' : `${path.rttMs.toFixed(0)} ms`

const AGREES = { agrees: 'yes', differs: 'NO', unknown: 'unknown' }

/** The name stands above. */
const withoutName = (address) => address.replace(/\/p2p\/[^/]+$/, '')

let shownDetail = null

export const showDetail = (view, name) => {
  const place = byId('detail')
  const node = view.nodes.find((one) => one.name === name)
  if (node === undefined) {
    place.replaceChildren()
    shownDetail = null
    return
  }
  if (shownDetail !== name) {
    shownDetail = name
    place.replaceChildren(
      create('h3', { className: 'mono' }),
      create('dl', { className: 'facts-list' })
    )
  }
  setText(place.firstChild, node.name)
  fillFacts(place.lastChild, [
    ['Role', node.role],
    ['State', stateText(node)],
    ['Round', `${countText(node.round)}${behindWords(node)}`],
    ['Loss', figureText(node.loss)],
    ['Same replica', node.self ? 'itself' : AGREES[node.agreement]],
    ['Links', countText(node.degree)],
    ['Way, round trip', `${wayText(node)}, ${roundTripText(node)}`],
    ['To it, from it', node.self ? '–' : `${bytesText(node.sent)}, ${bytesText(node.received)}`],
    ['Heard of', node.self ? 'now' : agoText(node.heardAgo)],
    ['Addresses', node.addresses.map(withoutName).join(' ') || '–', 'full mono']
  ])
}

const COLUMNS = [
  ['peer', ({ name, self }) => (self ? `${shortName(name)} (this)` : shortName(name))],
  ['role', ({ role }) => role],
  ['state', stateText],
  ['way', wayText],
  ['round', ({ round }) => countText(round)],
  ['behind', ({ behind }) => countText(behind)],
  ['loss', ({ loss }) => figureText(loss)],
  ['same replica', ({ agreement, self }) => (self ? '–' : AGREES[agreement])],
  ['links', ({ degree }) => countText(degree)],
  ['sent to it', ({ sent, self }) => (self ? '–' : bytesText(sent))],
  ['from it', ({ received, self }) => (self ? '–' : bytesText(received))],
  ['heard', ({ heardAgo, self }) => (self ? 'now' : agoText(heardAgo))]
]

const rows = new Map()

const rowFor = (name) => {
  if (!rows.has(name)) {
    const row = create(
      'tr',
      {},
      COLUMNS.map(() => create('td'))
    )
    row.cells[0].title = name
    rows.set(name, row)
  }
  return rows.get(name)
}

export const showMembers = ({ nodes }) => {
  const [head, body] = [byId('members').tHead, byId('members').tBodies[0]]
  if (head.rows.length === 0) {
    const cells = COLUMNS.map(([title]) => create('th', { scope: 'col', textContent: title }))
    head.append(create('tr', {}, cells))
  }
  const order = nodes.map(({ name }) => name)
  if (body.dataset.order !== order.join()) {
    body.dataset.order = order.join()
    body.replaceChildren(...order.map(rowFor))
  }
  for (const node of nodes) {
    const row = rowFor(node.name)
    setData(row, 'state', node.state)
    COLUMNS.forEach(([, text], index) => {
      setText(row.cells[index], text(node))
    })
  }
}
