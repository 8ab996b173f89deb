/** Draws the swarm on a canvas, a thousand peers in a frame. */
import { shortName } from './format.js'
import { colour } from './theme.js'

/** Up to so many peers, each has its name and round beside it. */
const NAMED = 48
const SPACIOUS = 200
/** Rounds behind the median from which it is marked. */
const STALE = 5

export const radiusFor = (count) =>
  count <= 20 ? 13 : count <= NAMED ? 10 : count <= SPACIOUS ? 6 : 3.6

export const marginFor = (count) => (count <= NAMED ? 44 : 16)

const FILLS = { self: 'blue', linked: 'blue', heard: 'card', silent: 'faint' }
const STROKES = { self: 'ink', linked: 'blue', heard: 'blue', silent: 'grey' }

const trace = (context, role, x, y, r) => {
  if (role === 'observer') {
    context.moveTo(x - r, y)
    context.lineTo(x, y - r)
    context.lineTo(x + r, y)
    context.lineTo(x, y + r)
    context.closePath()
  } else if (role === 'bootstrap') {
    context.rect(x - 0.85 * r, y - 0.85 * r, 1.7 * r, 1.7 * r)
  } else {
    context.moveTo(x + r, y)
    context.arc(x, y, r, 0, 2 * Math.PI)
  }
}

const drawEdges = (context, edges, places) => {
  const many = edges.length > 600
  const groups = [false, true].flatMap((own) => [false, true].map((relayed) => ({ own, relayed })))
  for (const { own, relayed } of groups) {
    context.beginPath()
    context.setLineDash(relayed ? [7, 5] : [])
    for (const edge of edges) {
      if (edge.own !== own || edge.relayed !== relayed) continue
      const [from, to] = [places.get(edge.from), places.get(edge.to)]
      context.moveTo(from.sx, from.sy)
      context.lineTo(to.sx, to.sy)
    }
    context.strokeStyle = colour(own ? 'blue' : 'grey')
    context.globalAlpha = own ? 0.75 : many ? 0.24 : 0.4
    context.lineWidth = own ? 2 : 1
    context.stroke()
  }
  context.setLineDash([])
  context.globalAlpha = 1
}

const drawGroup = (context, state, group, places, r) => {
  context.fillStyle = colour(FILLS[state])
  context.strokeStyle = colour(STROKES[state])
  context.lineWidth = r > 5 ? 2 : 1
  context.setLineDash(state === 'silent' && r > 5 ? [3, 3] : [])
  // Each on its own: one path of a thousand discs takes a rasteriser twice as long.
  for (const { name, role } of group) {
    const { sx, sy } = places.get(name)
    context.beginPath()
    trace(context, role, sx, sy, state === 'self' ? r * 1.25 : r)
    context.fill()
    context.stroke()
  }
  context.setLineDash([])
}

/** While a large swarm still moves: squares cost a tenth of outlined discs. */
const drawDots = (context, state, group, places, r) => {
  context.fillStyle = colour(STROKES[state])
  for (const { name } of group) {
    const { sx, sy } = places.get(name)
    context.fillRect(sx - r, sy - r, 2 * r, 2 * r)
  }
}

const drawDisagreement = (context, nodes, places, r) => {
  context.beginPath()
  for (const { name, agreement, state } of nodes) {
    if (agreement !== 'differs' || state === 'silent') continue
    const { sx, sy } = places.get(name)
    context.moveTo(sx + r + 4, sy)
    context.arc(sx, sy, r + 4, 0, 2 * Math.PI)
  }
  context.strokeStyle = colour('red')
  context.lineWidth = r > 5 ? 2.5 : 1.5
  context.stroke()
}

const roundText = ({ state, round, behind, how }) => {
  if (state === 'silent') return how === null ? 'silent' : 'ended'
  if (round === null) return ''
  return behind !== null && behind >= STALE ? `−${behind}` : `${round}`
}

/** Readable on top of links. */
const write = (context, text, x, y) => {
  context.strokeText(text, x, y)
  context.fillText(text, x, y)
}

const drawNames = (context, nodes, places, r) => {
  context.textAlign = 'center'
  context.textBaseline = 'top'
  context.strokeStyle = colour('card')
  context.lineWidth = 3
  context.lineJoin = 'round'
  for (const node of nodes) {
    const { sx, sy } = places.get(node.name)
    const stale = node.state !== 'silent' && node.behind !== null && node.behind >= STALE
    context.font = '12px system-ui, sans-serif'
    context.fillStyle = colour(node.state === 'silent' ? 'grey' : 'ink')
    write(context, node.self ? 'this peer' : shortName(node.name, 5), sx, sy + r + 5)
    context.font = '11px system-ui, sans-serif'
    context.fillStyle = colour(stale ? 'amber' : 'muted')
    write(context, roundText(node), sx, sy + r + 19)
  }
}

const drawFocus = (context, place, node, r, withName) => {
  const radius = r + (r > 5 ? 7 : 5)
  context.beginPath()
  context.arc(place.sx, place.sy, radius, 0, 2 * Math.PI)
  context.strokeStyle = colour('orange')
  context.lineWidth = 3
  context.stroke()
  if (withName) return
  const text = node.self ? 'this peer' : shortName(node.name, 8)
  context.font = '600 12px system-ui, sans-serif'
  const half = context.measureText(text).width / 2 + 6
  const x = Math.min(Math.max(place.sx, half), context.canvas.clientWidth - half)
  const y = place.sy > 40 ? place.sy - radius - 24 : place.sy + radius + 4
  context.fillStyle = colour('ink')
  context.fillRect(x - half, y, 2 * half, 20)
  context.fillStyle = colour('card')
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(text, x, y + 10.5)
}

/** `focused`: the name of the chosen peer, or null. `moving`: the next picture comes at once. */
export const paintSwarm = (context, view, places, focused, moving) => {
  const { nodes, edges } = view
  const r = radiusFor(nodes.length)
  context.clearRect(0, 0, context.canvas.clientWidth, context.canvas.clientHeight)
  drawEdges(context, edges, places)
  for (const state of ['silent', 'heard', 'linked', 'self']) {
    const group = nodes.filter((node) => node.state === state)
    if (moving && nodes.length > SPACIOUS) drawDots(context, state, group, places, 0.6 * r)
    else if (group.length > 0) drawGroup(context, state, group, places, r)
  }
  drawDisagreement(context, nodes, places, r)
  const named = nodes.length <= NAMED
  if (named) drawNames(context, nodes, places, r)
  const node = nodes.find(({ name }) => name === focused)
  if (node !== undefined) drawFocus(context, places.get(node.name), node, r, named)
}
