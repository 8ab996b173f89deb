import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { NetworkScene } from './network-scene.ts'

const PEERS = ['a', 'b', 'c', 'd', 'e', 'f']
const LATENCY = 10
const sideOf = (peer: string): number => (peer < 'd' ? 0 : 1)

const others = (peer: string): string[] => PEERS.filter((other) => other !== peer)

/** Everyone wants everyone. */
const full = (seed: number, model = {}): NetworkScene => {
  const scene = new NetworkScene(model, seed, PEERS)
  for (const peer of PEERS) scene.network.want(peer, others(peer))
  scene.run()
  return scene
}

const edgesOf = (scene: NetworkScene): string[] =>
  [...scene.network.edges()].map(([a, b]) => a + b).sort()

const INSIDE = ['ab', 'ac', 'bc', 'de', 'df', 'ef']
const ALL = PEERS.flatMap((a) => PEERS.filter((b) => a < b).map((b) => a + b))

/** Random frames between all peers, one each millisecond for so long. */
const chatter = (scene: NetworkScene, ms: number, seed: number): void => {
  const random = seeded(seed).fork('chatter')
  for (let at = 0; at < ms; at++) {
    const from = PEERS[random.integer(PEERS.length)]!
    const to = PEERS[random.integer(PEERS.length)]!
    if (from !== to) scene.clock.after(at, () => scene.send(from, to, 50 + random.integer(500)))
  }
}

test('should let no frame cross a partition while it lasts, and all the others pass', (t) => {
  for (let seed = 0; seed < 10; seed++) {
    const scene = full(seed, { duplicates: 0.2, jitterMs: 5, downMbps: 2 })
    const start = scene.clock.now
    const [begins, ends] = [start + 100, start + 400]
    let [inside, crossed] = [0, 0]
    let divided = false
    scene.react = (peer, what) => {
      const [channel, , , from] = what.split(' ')
      if (channel !== 'bulk') return
      const same = sideOf(peer) === sideOf(from!)
      if (same && divided) inside++
      if (!same) crossed++
      t.false(!same && divided, `${peer} heard ${from} at ${scene.clock.now}`)
    }
    scene.clock.after(100, () => {
      t.true(crossed > 5, 'nothing crossed before')
      divided = true
      scene.network.divide(sideOf)
    })
    scene.clock.after(400, () => {
      divided = false
      t.deepEqual(edgesOf(scene), INSIDE)
      scene.network.divide(() => 0)
    })
    chatter(scene, 450, seed)
    scene.run()
    t.true(inside > 50, `${inside} frames inside`)
    t.deepEqual(edgesOf(scene), ALL, 'after healing')
    for (const peer of PEERS) {
      const news = scene.logs.get(peer)!.filter(({ what }) => !what.startsWith('bulk'))
      for (const other of others(peer)) {
        const mine = news.filter(({ what }) => what.endsWith(` ${other}`))
        const expected = ['up', ...(sideOf(peer) === sideOf(other) ? [] : ['down', 'up'])]
        t.deepEqual(
          mine.map(({ what }) => what.split(' ')[0]),
          expected,
          `seed ${seed}: ${peer} of ${other}`
        )
        if (mine.length === 1) continue
        t.true(mine[1]!.at >= begins && mine[1]!.at <= begins + LATENCY)
        // Half of 300 ms is the longest pause; then three trips, and both ends notice.
        t.true(mine[2]!.at >= ends + 30 && mine[2]!.at <= ends + 150 + 40, `${mine[2]!.at - ends}`)
      }
    }
  }
})

test('should leave a link inside a side alone when the sides change their numbers', (t) => {
  const scene = full(1)
  scene.network.divide(sideOf)
  scene.network.divide((peer) => 7 - sideOf(peer))
  scene.run()
  t.deepEqual(edgesOf(scene), INSIDE)
  for (const peer of PEERS) {
    for (const other of others(peer).filter((one) => sideOf(one) === sideOf(peer))) {
      t.false(scene.seen(peer).includes(`down ${other}`))
    }
  }
})

test('should not connect across a partition, whoever begins to want it', (t) => {
  const scene = new NetworkScene({}, 1, PEERS)
  scene.network.divide(sideOf)
  for (const peer of PEERS) scene.network.want(peer, others(peer))
  scene.run()
  t.deepEqual(edgesOf(scene), INSIDE)
  scene.network.divide(() => 0)
  scene.run()
  t.deepEqual(edgesOf(scene), ALL)
})

test('should not finish a dial that a partition has cut off', (t) => {
  const scene = new NetworkScene({}, 1, ['a', 'd'])
  scene.network.want('a', ['d'])
  scene.clock.after(15, () => scene.network.divide(sideOf))
  scene.run()
  t.deepEqual(scene.seen('a'), [])
})

test('should go on to new sides without a moment of peace between', (t) => {
  const scene = full(1)
  const pairs = (peer: string): number => ['ad', 'be', 'cf'].findIndex((one) => one.includes(peer))
  scene.network.divide(sideOf)
  scene.run()
  scene.network.divide(pairs)
  scene.run()
  t.deepEqual(edgesOf(scene), ['ad', 'be', 'cf'])
})

test('should keep a partition for those who come while it lasts', (t) => {
  const scene = full(1)
  scene.network.leave('a')
  scene.network.divide(sideOf)
  scene.run()
  scene.join('a')
  scene.network.want('a', others('a'))
  scene.run()
  t.deepEqual(edgesOf(scene), INSIDE)
  scene.network.divide(() => 0)
  scene.run()
  t.deepEqual(edgesOf(scene), ALL)
})

test('should not bring back a link that both ends have given up meanwhile', (t) => {
  const scene = new NetworkScene({}, 1, ['a', 'd'])
  scene.network.want('a', ['d'])
  scene.run()
  scene.network.divide(sideOf)
  scene.run()
  scene.network.want('a', [])
  scene.network.release('a', 'd')
  scene.network.release('d', 'a')
  scene.network.divide(() => 0)
  scene.run()
  t.deepEqual(scene.seen('a'), ['up d', 'down d'])
})
