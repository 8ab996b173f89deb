/** What the network remembers of pairs, and what it says of them. */
import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { connected, NetworkScene } from './network-scene.ts'

const edgesOf = (scene: NetworkScene): string[] =>
  [...scene.network.edges()].map(([a, b]) => a + b).sort()

test('should name an edge once both ends want it and both have seen it', (t) => {
  const scene = new NetworkScene({}, 1, ['a', 'b'])
  scene.network.want('b', ['a'])
  scene.run()
  t.deepEqual(edgesOf(scene), [], 'only one end wants it')
  scene.network.want('a', ['b'])
  t.deepEqual(edgesOf(scene), ['ab'])
  scene.network.want('b', [])
  t.deepEqual(edgesOf(scene), [], 'an end wants it no more')
})

test('should name no edge between the moments when one end and when both know of a change', (t) => {
  const scene = connected({ loss: 0.5 }, 3)
  while (scene.network.faults.lostFrames === 0) {
    scene.send('a', 'b', 50)
    const changes: string[] = []
    do {
      const edges = edgesOf(scene).join()
      if (changes.at(-1) !== edges) changes.push(edges)
      const up = ['a', 'b'].map((peer) =>
        scene.seen(peer).findLast((what) => !what.startsWith('b'))
      )
      t.is(edges, up.every((what) => what!.startsWith('up')) ? 'ab' : '')
    } while (scene.clock.step())
    t.deepEqual(changes, scene.network.faults.lostFrames === 0 ? ['ab'] : ['ab', '', 'ab'])
  }
})

/** The maps that this network keeps under `a,b`, found as they are filled. */
const keptPairs = (run: () => void): Set<Map<unknown, unknown>> => {
  const found = new Set<Map<unknown, unknown>>()
  const { set } = Map.prototype
  Map.prototype.set = function (this: Map<unknown, unknown>, key: unknown, value: unknown) {
    if (key === 'a,b') found.add(this)
    return set.call(this, key, value)
  }
  try {
    run()
  } finally {
    Map.prototype.set = set
  }
  return found
}

test('should forget pairs that nobody needs any more', (t) => {
  const names = Array.from({ length: 30 }, (_, i) => String.fromCharCode(97 + i))
  const scene = new NetworkScene({ loss: 0.05 }, 1, names)
  const [pairs, ...more] = keptPairs(() => scene.network.want('a', ['b']))
  t.true(pairs !== undefined && more.length === 0, 'the pairs are kept in one map')
  t.is(pairs!.size, 1)
  const random = seeded(4)
  const pick = (): string => names[random.integer(names.length)]!
  const wanted = new Map<string, readonly string[]>(names.map((name) => [name, []]))
  wanted.set('a', ['b'])
  // Each end lets go of a link once it is told of it and does not want it: as a protocol does.
  scene.react = (peer, what) => {
    const [state, other] = what.split(' ')
    if (state !== 'up' && state !== 'down') return
    if (!wanted.get(peer)!.includes(other!)) scene.network.release(peer, other!)
  }
  const away = new Set<string>()
  let most = 0
  for (let turn = 0; turn < 2000; turn++) {
    const peer = pick()
    const what = random.next()
    if (what < 0.05 && !away.has(peer)) {
      away.add(peer)
      wanted.set(peer, [])
      scene.network.leave(peer)
    } else if (what < 0.15 && away.has(peer)) {
      away.delete(peer)
      scene.join(peer)
    } else if (what < 0.2) {
      const side = random.integer(30)
      scene.network.divide((one) => (names.indexOf(one) < side ? 0 : 1))
    } else if (!away.has(peer)) {
      const next = [...new Set([pick(), pick(), pick()])].filter((other) => other !== peer)
      const before = wanted.get(peer)!
      wanted.set(peer, next)
      scene.network.want(peer, next)
      for (const other of before) if (!next.includes(other)) scene.network.release(peer, other)
      for (const other of next) scene.send(peer, other, 60)
    }
    const steps = random.integer(12)
    for (let i = 0; i < steps; i++) scene.clock.step()
    most = Math.max(most, pairs!.size)
  }
  // 30 peers want three each; some links are on their way in and some on their way out.
  t.true(most < 250, `${most} of 435 pairs at once`)
  scene.network.divide(() => 0)
  for (const name of away) scene.join(name)
  scene.run()
  const needed = new Set<string>()
  for (const [peer, mine] of wanted)
    for (const other of mine) needed.add([peer, other].sort().join())
  t.deepEqual([...pairs!.keys()].sort(), [...needed].sort())
  const mutual = [...needed].filter((key) => {
    const [one, other] = key.split(',') as [string, string]
    return wanted.get(one)!.includes(other) && wanted.get(other)!.includes(one)
  })
  t.deepEqual(edgesOf(scene), mutual.map((key) => key.replace(',', '')).sort())
  for (const name of names) {
    wanted.set(name, [])
    scene.network.want(name, [])
    for (const other of names) if (other !== name) scene.network.release(name, other)
  }
  scene.run()
  t.is(pairs!.size, 0, 'nobody wants anybody')
})
