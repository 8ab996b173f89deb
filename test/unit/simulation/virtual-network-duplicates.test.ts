/** Frames that come twice, and frames that come late. */
import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { connected } from './network-scene.ts'

const LATENCY = 10

test('should deliver a frame a second time, within a latency of the first', (t) => {
  const scene = connected({ duplicates: 0.5 }, 2)
  const frames = 200
  for (let kind = 1; kind <= frames; kind++) {
    scene.send('a', 'b', 100 + kind, 1 + (kind % 50))
    scene.run()
  }
  const log = scene.logs.get('b')!.filter(({ what }) => what.startsWith('bulk'))
  const bySize = Map.groupBy(log, ({ what }) => what)
  t.is(bySize.size, frames, 'every frame comes at least once')
  let twice = 0
  for (const [what, times] of bySize) {
    t.true(times.length <= 2, what)
    if (times.length === 1) continue
    twice++
    const later = times[1]!.at - times[0]!.at
    t.true(later >= 0 && later <= LATENCY, `${what}: ${later} ms`)
  }
  t.is(scene.network.faults.duplicatedFrames, twice)
  t.true(Math.abs(twice - frames / 2) < 4 * Math.sqrt(frames / 4), `${twice} of ${frames}`)
})

test('should not disturb credit, however many frames come twice', (t) => {
  const frames = 10_000
  const scene = connected({ duplicates: 0.5, bandwidthMbps: 1000, downMbps: 500 }, 3)
  // Ten windows in all, in bursts of far less than what may wait, and both ways at once.
  for (let sent = 0; sent < frames; sent += 200) {
    for (let i = 0; i < 200; i++) {
      scene.send('a', 'b', 1000)
      scene.send('b', 'a', 1000, 2, 'control')
    }
    scene.run()
  }
  let repeated = 0
  for (const [peer, what] of [
    ['a', 'control 2 1000 b'],
    ['b', 'bulk 1 1000 a']
  ] as const) {
    const seen = scene.seen(peer)
    t.deepEqual([...new Set(seen)].sort(), [what, `up ${peer === 'a' ? 'b' : 'a'}`].sort())
    repeated += seen.length - 1 - frames
    const bound = 4 * Math.sqrt(frames / 4)
    t.true(Math.abs(seen.length - 1 - 1.5 * frames) < bound, `${seen.length - 1} came to ${peer}`)
  }
  t.is(scene.network.faults.duplicatedFrames, repeated)
})

test('should deliver no duplicate on a link that has broken meanwhile', (t) => {
  let cut = 0
  for (let seed = 0; seed < 100; seed++) {
    const scene = connected({ duplicates: 0.5 }, seed)
    scene.react = (peer, what) => {
      if (peer === 'b' && what === 'bulk 1 100 a')
        scene.network.divide((one) => (one < 'b' ? 0 : 1))
    }
    scene.send('a', 'b', 100)
    scene.run()
    const seen = scene.seen('b').filter((what) => what.startsWith('bulk'))
    t.deepEqual(seen, ['bulk 1 100 a'], `seed ${seed}`)
    cut += scene.network.faults.duplicatedFrames
  }
  t.true(cut > 20, `only ${cut} were to come twice`)
})

for (const [name, model] of Object.entries({
  jitter: { jitterMs: 20 },
  delays: { delays: { probability: 0.2, ms: 30 } },
  both: { jitterMs: 20, delays: { probability: 0.1, ms: 70 } }
})) {
  test(`should keep the order of what is sent, whatever is late: ${name}`, (t) => {
    let wrong = 0
    for (let seed = 0; seed < 100; seed++) {
      const random = seeded(seed).fork('sends')
      const scene = connected({ ...model, bandwidthMbps: 1000 }, seed)
      let sent = 0
      for (let i = 0; i < 50; i++) {
        scene.clock.after(0.7 * i + 0.1 * random.next(), () => scene.send('a', 'b', 50, ++sent))
      }
      scene.run()
      const kinds = scene
        .seen('b')
        .flatMap((what) => (what === 'up a' ? [] : Number(what.split(' ')[1])))
      t.is(kinds.length, 50, `seed ${seed}`)
      if (kinds.some((kind, i) => kind !== i + 1)) wrong++
    }
    // Frames held up by the same one arrive at the same time: the clock must not round them apart.
    t.is(wrong, 0, `${wrong} runs of 100 delivered out of order`)
  })
}

test('should count nothing that it has not done', (t) => {
  const scene = connected({})
  for (let i = 0; i < 100; i++) scene.send('a', 'b', 100)
  scene.run()
  t.deepEqual(scene.network.faults, { lostFrames: 0, delayedFrames: 0, duplicatedFrames: 0 })
})
