import test from 'ava'
import { recipeWith } from '../helpers/recipe.ts'
import { quadraticTrainers } from '../helpers/synthetic-trainers.ts'
import { runSwarm } from '../helpers/virtual.ts'

const PEERS = 16
const LENGTH = 64_000
const ROUNDS = 12
/** Frames of kind 4 carry deltas; 150 bytes of each are signature, head and frame. */
const DELTA = 4
const SMALLEST_PAYLOAD = 4096

const recipe = recipeWith({
  strategy: { name: 'delta-set', density: 0.1 },
  training: { learningRate: 0.1, localSteps: 2, steps: 2 * ROUNDS, batch: 1 },
  topology: { name: 'random-regular', degree: 4, lifetime: 5 }
})

test('should bring every delta to every peer once, at little more than its own bytes', async (t) => {
  const { swarm } = await runSwarm(recipe, quadraticTrainers(PEERS, LENGTH, 0.05, 3))
  const tallies = swarm.members.map(({ counters }) => counters.tally())
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
  const frames = sum(tallies.map(({ sentByKind }) => sentByKind[DELTA]!.frames))
  const bytes = sum(tallies.map(({ sentByKind }) => sentByKind[DELTA]!.bytes))
  const published = sum(tallies.map(({ rounds }) => rounds)) + PEERS // and one that says: no more
  t.true(bytes / frames > SMALLEST_PAYLOAD, `${bytes / frames} bytes a delta`)
  // Each of n - 1 peers needs each delta once.
  t.true(frames <= 1.01 * published * (PEERS - 1), `${frames} frames for ${published} deltas`)
  const received = sum(tallies.map(({ bytesReceived }) => bytesReceived))
  const needed = (bytes / frames) * published * (PEERS - 1)
  t.true(received <= 1.15 * needed, `${received / needed} of the bytes that are needed`)
})
