/** Peers that go and come back: what the others see of it, and what the next stay must not see. */
import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { connected, NetworkScene } from './network-scene.ts'

const LATENCY = 10
const TRIPS = 3 * LATENCY
const REDIAL = 100
const LONGEST_PAUSE = 10_000

const until = (scene: NetworkScene, moment: number): void => {
  let reached = false
  scene.clock.after(moment - scene.clock.now, () => {
    reached = true
  })
  scene.run(() => reached)
}

test('should tell the other end once, within a latency, and the one that goes nothing', (t) => {
  for (let seed = 0; seed < 20; seed++) {
    const scene = connected({}, seed)
    const start = scene.clock.now
    scene.network.leave('b')
    scene.run()
    t.deepEqual(scene.seen('a'), ['up b', 'down b'])
    t.deepEqual(scene.seen('b'), ['up a'])
    const late = scene.at('a', 'down b') - start
    t.true(late >= 0 && late <= LATENCY, `seed ${seed}: ${late} ms`)
  }
})

test('should not dial a peer that is away, however long it is wanted', (t) => {
  const scene = connected()
  scene.network.leave('b')
  until(scene, scene.clock.now + 100_000)
  t.deepEqual(scene.seen('a'), ['up b', 'down b'])
  t.deepEqual([...scene.network.edges()], [])
})

for (const away of [1, 40, 150, 1000, 15_000, 300_000]) {
  test(`should dial a peer again once it is back, within the backoff of ${away} ms`, (t) => {
    const waits: number[] = []
    for (let seed = 0; seed < 40; seed++) {
      const scene = connected({}, seed)
      scene.network.leave('b')
      until(scene, scene.clock.now + away)
      const back = scene.clock.now
      scene.join('b')
      scene.run()
      t.deepEqual(scene.seen('a'), ['up b', 'down b', 'up b'], `seed ${seed}`)
      t.deepEqual(scene.seen('b'), ['up a', 'up a'], `seed ${seed}`)
      for (const peer of ['a', 'b']) waits.push(scene.logs.get(peer)!.at(-1)!.at - back)
    }
    // Both ends double their pauses, so the last one is at most as long as all before: half the time.
    // A link whose end is not yet known to have broken is first noticed, and dialled after the redial.
    const pause = Math.min(LONGEST_PAUSE, Math.max(REDIAL, away / 2)) + LATENCY
    for (const wait of waits) {
      t.true(wait >= TRIPS && wait <= pause + TRIPS + LATENCY, `${wait} ms`)
    }
    // Somewhere in that pause: uniformly, where it is long.
    if (away < 1000) return
    const middle = waits.reduce((sum, wait) => sum + wait) / waits.length - TRIPS - LATENCY / 2
    const bound = (4 * pause) / Math.sqrt(12 * (waits.length / 2))
    t.true(Math.abs(middle - pause / 2) < bound + LATENCY, `${middle} ms on average`)
  })
}

test('should let nothing of the old stay reach the new one', (t) => {
  let dropped = 0
  for (let seed = 0; seed < 60; seed++) {
    const scene = connected({ duplicates: 0.5, jitterMs: 5 }, seed)
    const random = seeded(seed)
    const start = scene.clock.now
    // b goes and is back while frames, their duplicates and the news of the link are on their way.
    for (let kind = 1; kind <= 20; kind++) {
      scene.clock.after(kind, () => scene.send('a', 'b', 200, kind))
    }
    until(scene, start + 5 + 25 * random.next())
    scene.network.leave('b')
    const before = scene.seen('b').length
    if (seed % 3 > 0) until(scene, scene.clock.now + 12 * random.next())
    scene.join('b')
    scene.run()
    const after = scene.seen('b').slice(before)
    t.is(after[0], 'up a', `seed ${seed}: ${after}`)
    t.false(after.includes('down a'), `seed ${seed}: ${after}`)
    // Whatever a sent before it has seen the new link was for the old one.
    const again = scene.logs.get('a')!.filter(({ what }) => what === 'up b')[1]!.at
    const late = after.filter((what) => what.startsWith('bulk'))
    if (again > start + 20) t.deepEqual(late, [], `seed ${seed}`)
    dropped += 20 - scene.seen('b').filter((what) => what.startsWith('bulk')).length
  }
  t.true(dropped > 100, `only ${dropped} frames were on their way`)
})

test('should begin a dial anew that was under way when the peer went', (t) => {
  for (let seed = 0; seed < 20; seed++) {
    const scene = new NetworkScene({}, seed)
    scene.network.want('a', ['b'])
    until(scene, 15)
    scene.network.leave('b')
    until(scene, 20)
    scene.join('b')
    scene.run()
    // The three trips are with someone who has just begun to listen.
    for (const [peer, what] of [
      ['a', 'up b'],
      ['b', 'up a']
    ] as const) {
      t.deepEqual(scene.seen(peer), [what])
      t.true(scene.at(peer, what) >= 20 + TRIPS, `seed ${seed}: ${scene.at(peer, what)}`)
    }
  }
})

test('should drop what is sent to someone who is away, and to someone who never came', (t) => {
  const scene = new NetworkScene({}, 1, ['a', 'b', 'c'])
  scene.network.leave('c')
  scene.network.want('a', ['b', 'c'])
  scene.run()
  scene.network.leave('b')
  scene.send('a', 'b', 100)
  scene.send('a', 'c', 100)
  scene.run()
  scene.send('a', 'b', 100)
  scene.run()
  t.deepEqual(scene.seen('b'), ['up a'])
  t.deepEqual(scene.seen('c'), [])
  t.deepEqual(scene.seen('a'), ['up b', 'down b'])
})

test('should keep the wish to talk to someone who comes only later', (t) => {
  const scene = new NetworkScene({}, 1, ['a', 'b'])
  scene.network.leave('b')
  scene.network.want('a', ['b'])
  until(scene, 500)
  t.deepEqual(scene.seen('a'), [])
  scene.join('b')
  scene.run()
  t.deepEqual(scene.seen('a'), ['up b'])
  t.deepEqual(scene.seen('b'), ['up a'])
})

test('should forget what the one that went had wanted', (t) => {
  const scene = connected()
  scene.network.want('a', [])
  scene.network.release('a', 'b')
  // Only b wants the link now; with b goes its wish.
  scene.network.leave('b')
  scene.run()
  scene.join('b')
  scene.run()
  t.deepEqual(scene.seen('a'), ['up b', 'down b'])
  t.deepEqual(scene.seen('b'), ['up a'])
})

test('should let both ends go at once, and come back one after the other', (t) => {
  const scene = connected()
  scene.network.leave('a')
  scene.network.leave('b')
  scene.run()
  t.deepEqual(scene.seen('a'), ['up b'])
  t.deepEqual(scene.seen('b'), ['up a'])
  scene.join('a')
  scene.network.want('a', ['b'])
  until(scene, scene.clock.now + 5000)
  t.deepEqual(scene.seen('a'), ['up b'])
  scene.join('b')
  scene.run()
  t.deepEqual(scene.seen('a'), ['up b', 'up b'])
  t.deepEqual(scene.seen('b'), ['up a', 'up a'])
})

test('should let a peer go in the middle of what it hears', (t) => {
  // Frames of half a window make the receiver owe a grant, which it cannot send any more.
  for (let frames = 1; frames <= 8; frames++) {
    const scene = connected({ bandwidthMbps: 1000 })
    let heard = 0
    scene.react = (peer, what) => {
      if (peer === 'b' && what.startsWith('bulk') && ++heard === frames) scene.network.leave('b')
    }
    for (let i = 0; i < 8; i++) scene.send('a', 'b', 90_000)
    t.notThrows(() => scene.run(), `gone with frame ${frames}`)
    t.is(heard, frames)
    t.deepEqual(
      scene.seen('a').filter((what) => !what.startsWith('bulk')),
      ['up b', 'down b']
    )
  }
})

test('should let a peer go in the middle of the news of a link', (t) => {
  const scene = new NetworkScene({}, 1, ['a', 'b', 'c'])
  scene.react = (peer, what) => {
    if (peer === 'b' && what === 'up a') scene.network.leave('b')
  }
  scene.network.want('a', ['b', 'c'])
  scene.network.want('b', ['c'])
  t.notThrows(() => scene.run())
  t.is(scene.seen('b').at(-1), 'up a')
  t.true(scene.seen('a').includes('up c'))
})

test('should refuse to connect someone that was never introduced', (t) => {
  const scene = new NetworkScene({})
  t.throws(() => scene.network.want('a', ['stranger']), { message: /stranger/ })
  t.throws(() => scene.network.leave('stranger'), { message: /stranger/ })
})
