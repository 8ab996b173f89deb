/** Where the peers are drawn: a force layout that keeps its positions when the swarm changes. */
const { d3 } = globalThis

const HOT = 1
const WARM = 0.25
const COLD = 0.015
/** Beyond this many peers, forces are coarser. */
const MANY = 200
/** Layers of a wide or tall card may be stretched so far. */
const MAX_STRETCH = 1.7
/** Towards the middle; who has no link would drift away without more of it. */
const GRAVITY = 0.04
const LONE_GRAVITY = 0.3

const gravityOf = ({ lone }) => (lone ? LONE_GRAVITY : GRAVITY)

export const createLayout = () => {
  let points = []
  let byName = new Map()
  let edgeKeys = ''
  const link = d3.forceLink([]).id(({ name }) => name)
  const charge = d3.forceManyBody()
  const gravity = [d3.forceX(0), d3.forceY(0)]
  const simulation = d3
    .forceSimulation([])
    .force('link', link)
    .force('charge', charge)
    .force('x', gravity[0])
    .force('y', gravity[1])
    .stop()

  /** Takes the swarm as it is now; true when something will move. */
  const update = ({ nodes, edges }) => {
    const fresh = nodes.filter(({ name }) => !byName.has(name))
    const changed = fresh.length > 0 || nodes.length !== points.length
    const keys = edges.map(({ key }) => key).join()
    if (!changed && keys === edgeKeys) return false
    points = nodes.map(({ name }) => byName.get(name) ?? { name })
    byName = new Map(points.map((point) => [point.name, point]))
    edgeKeys = keys
    const linked = new Set(edges.flatMap(({ from, to }) => [from, to]))
    for (const point of points) point.lone = !linked.has(point.name)
    for (const force of gravity) force.strength(gravityOf)
    const many = points.length > MANY
    charge.strength(many ? -24 : -420).theta(many ? 1.4 : 0.9)
    charge.distanceMax(many ? 250 : 1500)
    simulation.nodes(points)
    link.links(edges.map(({ from, to }) => ({ source: from, target: to })))
    link.distance(many ? 24 : 70).iterations(1)
    const share = fresh.length / points.length
    simulation.alpha(
      Math.max(simulation.alpha() > COLD ? simulation.alpha() : 0, share > 0.3 ? HOT : WARM)
    )
    simulation.alphaDecay(many ? 0.04 : 0.03)
    return true
  }

  const step = () => {
    if (simulation.alpha() < COLD) return false
    simulation.tick()
    return true
  }

  /** Screen positions by name, so that all fit between the margins. */
  const place = (width, height, margin) => {
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
    for (const { x, y } of points) {
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      if (y > bottom) bottom = y
    }
    const [wide, high] = [Math.max(right - left, 60), Math.max(bottom - top, 60)]
    const across = (width - 2 * margin) / wide
    const down = (height - 2 * margin) / high
    const least = Math.min(across, down)
    const [sx, sy] = [Math.min(across, MAX_STRETCH * least), Math.min(down, MAX_STRETCH * least)]
    const [cx, cy] = [(left + right) / 2, (top + bottom) / 2]
    for (const point of points) {
      point.sx = width / 2 + (point.x - cx) * sx
      point.sy = height / 2 + (point.y - cy) * sy
    }
    return byName
  }

  return { update, step, place }
}
