// Trains y = sin(x) on points that only this peer has. It runs on the peer's compute thread.
import { layoutOf, seeded } from 'swarmgrad'

/** Gaussian bumps, evenly over [-pi, pi]: the model is a weight for each, and a bias. */
const BUMPS = 32
const WIDTH = 0.4

export const layout = layoutOf([
  { name: 'weights', shape: [BUMPS] },
  { name: 'bias', shape: [1] }
])

const centre = (bump) => -Math.PI + (2 * Math.PI * (bump + 0.5)) / BUMPS

/** What the model makes of x, and the heights of the bumps there. */
const predict = (replica, x) => {
  const heights = Float64Array.from({ length: BUMPS }, (_, bump) =>
    Math.exp(-(((x - centre(bump)) / WIDTH) ** 2))
  )
  let y = replica[BUMPS]
  for (let bump = 0; bump < BUMPS; bump++) y += replica[bump] * heights[bump]
  return { y, heights }
}

/** Peer 0 sees one half of the axis, peer 1 the other: alone, neither can learn all of it. */
const pointsOf = (shard, shards, seed) => {
  const random = seeded(seed).fork('points').fork(shard)
  const width = (2 * Math.PI) / shards
  return Array.from({ length: 500 }, () => {
    const x = -Math.PI + width * (shard + random.next())
    return { x, y: Math.sin(x) }
  })
}

const GRID = Array.from({ length: 200 }, (_, i) => -Math.PI + (2 * Math.PI * (i + 0.5)) / 200)

export const createTrainer = ({ shard, shards, seed, training, random, learningRate }) => {
  const points = pointsOf(shard, shards, seed)
  return {
    layout,
    rows: points.length,
    initial: () => new Float32Array(layout.length),
    // Advances the replica in place; `correction`, where there is one, is added to every gradient.
    train: (replica, steps, from, correction) => {
      let loss = 0
      for (let step = 0; step < steps; step++) {
        const gradient = new Float64Array(layout.length)
        for (let i = 0; i < training.batch; i++) {
          const { x, y: wanted } = points[random.integer(points.length)]
          const { y, heights } = predict(replica, x)
          const error = (y - wanted) / training.batch
          loss += (error * (y - wanted)) / 2
          for (let bump = 0; bump < BUMPS; bump++) gradient[bump] += error * heights[bump]
          gradient[BUMPS] += error
        }
        const rate = learningRate(from + step)
        for (let k = 0; k < layout.length; k++) {
          replica[k] -= rate * (gradient[k] + (correction?.[k] ?? 0))
        }
      }
      return { loss: loss / steps, samples: steps * training.batch }
    },
    // On the whole axis, whatever this peer has seen of it.
    evaluate: (replica) => {
      const errors = GRID.map((x) => (predict(replica, x).y - Math.sin(x)) ** 2 / 2)
      return { accuracy: null, loss: errors.reduce((sum, error) => sum + error, 0) / errors.length }
    },
    // Which points are drawn next: a peer that comes back goes on exactly where it was.
    save: () => ({ vectors: {}, data: random.save() }),
    restore: ({ data }) => random.restore(data)
  }
}
