// Two peers in one program, each with a half of the data. node main.js [FOLDER]
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPeer } from 'swarmgrad'
import { layout } from './trainer.js'

const folder = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'own-trainer-')))

// What the two agree on. It names the program that trains and does not hold it.
const manifest = {
  name: 'sine',
  shards: 2,
  layout: layout.hash,
  model: { name: 'custom', program: 'swarmgrad/examples/own-trainer 1' },
  data: { name: 'none' },
  training: { learningRate: 0.5, batch: 16, localSteps: 8, steps: 2400 },
  // A round takes 30 ms at least, so that the second peer is there before the first is through.
  strategy: { name: 'delta-set', density: 0.25, intervalMs: 30 },
  topology: { name: 'full' }
}

const start = (shard, peers) =>
  createPeer({
    manifest,
    shard,
    peers,
    state: join(folder, String(shard)),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    trainer: new URL('./trainer.js', import.meta.url),
    evaluateEvery: 50,
    onRound: ({ round, loss, testLoss }) => {
      if (testLoss === null) return
      console.log(`peer ${shard}, round ${round}: ${loss} on its half, ${testLoss} on all`)
    }
  })

const first = await start(0, [])
const second = await start(1, first.addresses())
await Promise.all([first.finished, second.finished])

const [a, b] = await Promise.all([first.replica(), second.replica()])
console.log(a.every((value, k) => value === b[k]) ? 'one replica' : 'two replicas')
await first.save(join(folder, 'sine.safetensors'))
console.log(join(folder, 'sine.safetensors'))
await Promise.all([first.stop(), second.stop()])
