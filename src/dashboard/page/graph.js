/** The graph of the swarm: layout, canvas, mouse and keys. */

import { byId, setText } from './dom.js'
import { plural } from './format.js'
import { createLayout } from './graph-layout.js'
import { marginFor, paintSwarm, radiusFor } from './graph-paint.js'

const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1]
}
const REACH = 12
const stillness = matchMedia('(prefers-reduced-motion: reduce)')

const summaryOf = ({ nodes, edges }) => {
  const count = (state) => nodes.filter((node) => node.state === state).length
  const parts = [plural(nodes.length, 'peer'), `${count('linked')} linked with this one`]
  return `${parts.join(', ')}, ${count('silent')} silent, ${plural(edges.length, 'link')}`
}

/** `onFocus(name | null)`: a peer has been chosen; `onOpen(name)`: Enter or a double click on it. */
export const createGraph = (onFocus, onOpen) => {
  const canvas = byId('graph')
  const context = canvas.getContext('2d')
  const attributes = {
    tabindex: '0',
    role: 'application',
    'aria-roledescription': 'graph of peers',
    'aria-describedby': 'graph-help'
  }
  for (const [name, value] of Object.entries(attributes)) canvas.setAttribute(name, value)
  const layout = createLayout()
  let view = null
  let places = new Map()
  let focused = null
  let frame = 0
  let drawn = 0

  const resize = () => {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight]
    const scale = devicePixelRatio
    if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale)
    if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale)
    context.setTransform(scale, 0, 0, scale, 0, 0)
    return [width, height]
  }

  const draw = () => {
    frame = 0
    if (view === null || canvas.clientWidth === 0) return
    let moving = layout.step()
    while (moving && stillness.matches) moving = layout.step()
    const [width, height] = resize()
    places = layout.place(width, height, marginFor(view.nodes.length))
    paintSwarm(context, view, places, focused, moving)
    canvas.dataset.frames = String(++drawn)
    if (moving) ask()
  }

  const ask = () => {
    if (frame === 0) frame = requestAnimationFrame(draw)
  }

  const focus = (name) => {
    if (focused === name) return
    focused = name
    onFocus(name)
    ask()
  }

  const nearest = (x, y) => {
    let best = null
    let least = (radiusFor(view?.nodes.length ?? 0) + REACH) ** 2
    for (const { name } of view?.nodes ?? []) {
      const { sx, sy } = places.get(name) ?? {}
      const distance = (sx - x) ** 2 + (sy - y) ** 2
      if (distance < least) [best, least] = [name, distance]
    }
    return best
  }

  /** The closest peer in that direction; what lies beside it counts as further away. */
  const towards = ([dx, dy]) => {
    const from = places.get(focused ?? '')
    if (from === undefined) return view?.self ?? null
    let best = focused
    let least = Infinity
    for (const { name } of view.nodes) {
      const { sx, sy } = places.get(name)
      const along = (sx - from.sx) * dx + (sy - from.sy) * dy
      const beside = Math.abs((sx - from.sx) * dy) + Math.abs((sy - from.sy) * dx)
      if (along > 1 && along + 2 * beside < least) [best, least] = [name, along + 2 * beside]
    }
    return best
  }

  canvas.addEventListener('pointermove', ({ offsetX, offsetY, pointerType }) => {
    if (pointerType !== 'mouse') return
    const name = nearest(offsetX, offsetY)
    canvas.style.cursor = name === null ? 'default' : 'pointer'
    if (name !== null) focus(name)
  })
  canvas.addEventListener('click', ({ offsetX, offsetY }) => focus(nearest(offsetX, offsetY)))
  canvas.addEventListener('dblclick', ({ offsetX, offsetY }) => {
    const name = nearest(offsetX, offsetY)
    if (name !== null) onOpen(name)
  })
  canvas.addEventListener('keydown', (event) => {
    const { key } = event
    if (key === 'Escape') focus(null)
    else if (key === 'Home') focus(view?.self ?? null)
    else if (key === 'Enter' && focused !== null) onOpen(focused)
    else if (ARROWS[key] !== undefined) focus(towards(ARROWS[key]))
    else return
    event.preventDefault()
  })
  new ResizeObserver(ask).observe(canvas)

  return {
    show(next) {
      view = next
      layout.update(next)
      const summary = `The swarm: ${summaryOf(next)}`
      if (canvas.getAttribute('aria-label') !== summary) canvas.setAttribute('aria-label', summary)
      if (focused !== null && !next.nodes.some(({ name }) => name === focused)) focus(null)
      setText(byId('swarm-title'), `Swarm, ${plural(next.nodes.length, 'peer')}`)
      ask()
    },
    redraw: ask
  }
}
