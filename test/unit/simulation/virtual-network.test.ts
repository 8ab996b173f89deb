import test from 'ava'
import { connected, NetworkScene } from './network-scene.ts'

/** 8 Mbit/s are 1000 bytes a millisecond. */
const BYTES_PER_MS = 1000
const LATENCY = 10
/** Sums of a few float64 milliseconds. */
const EXACT = 1e-9

test('should take three trips to connect, and tell both ends within another', (t) => {
  const scene = connected()
  for (const [peer, other] of [
    ['a', 'b'],
    ['b', 'a']
  ] as const) {
    t.deepEqual(scene.seen(peer), [`up ${other}`])
    const at = scene.at(peer, `up ${other}`)
    t.true(at >= 3 * LATENCY && at <= 4 * LATENCY, `${peer} at ${at}`)
  }
})

test('should deliver a frame after its transmission and the latency', (t) => {
  const scene = connected()
  const start = scene.clock.now
  scene.send('a', 'b', 5000)
  scene.run()
  const expected = start + 5000 / BYTES_PER_MS + LATENCY
  t.true(Math.abs(scene.at('b', 'bulk 1 5000 a') - expected) < EXACT)
})

test('should send queued frames one after the other over one uplink', (t) => {
  const scene = connected()
  const start = scene.clock.now
  scene.send('a', 'b', 5000, 1)
  scene.send('a', 'b', 3000, 2)
  scene.run()
  t.true(Math.abs(scene.at('b', 'bulk 1 5000 a') - (start + 5 + LATENCY)) < EXACT)
  t.true(Math.abs(scene.at('b', 'bulk 2 3000 a') - (start + 8 + LATENCY)) < EXACT)
})

test('should share an uplink among links, and not the uplinks of two peers', (t) => {
  const scene = new NetworkScene({}, 1, ['a', 'b', 'c'])
  scene.network.want('a', ['b', 'c'])
  scene.run()
  const start = scene.clock.now
  scene.send('a', 'b', 5000)
  scene.send('a', 'c', 5000)
  scene.send('c', 'a', 5000)
  scene.run()
  t.true(Math.abs(scene.at('b', 'bulk 1 5000 a') - (start + 5 + LATENCY)) < EXACT)
  t.true(Math.abs(scene.at('c', 'bulk 1 5000 a') - (start + 10 + LATENCY)) < EXACT)
  t.true(Math.abs(scene.at('a', 'bulk 1 5000 c') - (start + 5 + LATENCY)) < EXACT)
})

test('should deliver what was sent in the order in which it was sent, channel by channel', (t) => {
  const scene = connected()
  for (let kind = 1; kind <= 20; kind++) {
    scene.send('a', 'b', 100 + kind, kind, kind % 3 === 0 ? 'control' : 'bulk')
  }
  scene.run()
  const kinds = scene.seen('b').flatMap((what) => {
    const [channel, kind] = what.split(' ')
    return channel === 'up' ? [] : [Number(kind)]
  })
  t.deepEqual(
    kinds,
    Array.from({ length: 20 }, (_, i) => i + 1)
  )
})

test('should deliver nothing on a link before its end has seen it come up', (t) => {
  for (let seed = 0; seed < 40; seed++) {
    const scene = new NetworkScene({}, seed)
    // Each end speaks as soon as it sees the link, the first one before the other has seen it.
    scene.react = (peer, what) => {
      const other = peer === 'a' ? 'b' : 'a'
      if (what.startsWith('up')) scene.send(peer, other, 50)
    }
    scene.network.want('a', ['b'])
    scene.run()
    t.deepEqual(scene.seen('a'), ['up b', 'bulk 1 50 b'], `seed ${seed}`)
    t.deepEqual(scene.seen('b'), ['up a', 'bulk 1 50 a'], `seed ${seed}`)
  }
})

test('should drop what is sent to a peer without a link', (t) => {
  const scene = new NetworkScene({})
  scene.send('a', 'b', 100)
  scene.run()
  t.deepEqual(scene.seen('b'), [])
})

test('should close a link that both ends have released', (t) => {
  const scene = connected()
  scene.network.want('a', [])
  scene.network.want('b', [])
  scene.run()
  t.deepEqual(scene.seen('a'), ['up b'], 'held by both')
  scene.network.release('a', 'b')
  scene.run()
  t.deepEqual(scene.seen('a'), ['up b'], 'held by one')
  scene.network.release('b', 'a')
  scene.run()
  t.deepEqual(scene.seen('a'), ['up b', 'down b'])
  t.deepEqual(scene.seen('b'), ['up a', 'down a'])
})

test('should keep a link that one end wants, though both have released it', (t) => {
  const scene = connected()
  scene.network.want('a', [])
  scene.network.release('a', 'b')
  scene.network.release('b', 'a')
  scene.run()
  t.deepEqual(scene.seen('a'), ['up b'])
})

test('should give up dialling a peer that is no longer wanted', (t) => {
  const scene = new NetworkScene({})
  scene.network.want('a', ['b'])
  scene.network.want('a', [])
  scene.run()
  t.deepEqual(scene.seen('a'), [])
})
