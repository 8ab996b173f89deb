/** training.staleRate: 1 / (1 + s) of the rate for a peer that is s rounds behind, by its formula. */
import test from 'ava'
import { openSyntheticBench, type SyntheticConfig } from '../../../src/training/synthetic-bench.ts'
import { distance } from '../../helpers/distance.ts'
import { recipeWith } from '../../helpers/recipe.ts'
import { quadraticTrainers } from '../../helpers/synthetic-trainers.ts'
import { QUIET, runSwarm } from '../../helpers/virtual.ts'
import { Scene } from './gossip-averaging/protocol-scene.ts'

const sharesOf = (scene: Scene): number[] =>
  scene.of('compute').flatMap(({ job }) => (job.kind === 'local-steps' ? (job.share ?? 1) : []))

test('should take 1 / (1 + s) of the rate where most neighbours are s rounds further', (t) => {
  const scene = new Scene({ staleRate: true })
  scene.begin('b', 'c', 'd')
  for (const peer of ['b', 'c', 'd']) scene.meet(peer, true, 0)
  const expected = [1]
  for (let round = 0; round < 5; round++) {
    // When the next round begins the neighbours have said round + s; what one of three says moves nothing.
    const s = round
    scene.answer('b', 0, round + 1 + s)
    scene.answer('c', 0, round + 1 + s)
    scene.answer('d', 0, 0)
    expected.push(1 / (1 + s))
  }
  t.deepEqual(scene.begun, [0, 1, 2, 3, 4, 5])
  t.deepEqual(sharesOf(scene), expected)
  t.deepEqual(
    scene.of('chosen').map(({ values }) => values['rate']),
    [1 / 2, 1 / 3, 1 / 4, 1 / 5]
  )
})

test('should take the whole rate where it is not asked for', (t) => {
  const scene = new Scene()
  scene.begin('b')
  scene.meet('b', true, 0)
  scene.answer('b', 0, 4)
  t.deepEqual(scene.begun, [0, 1])
  t.deepEqual(sharesOf(scene), [1, 1])
})

test('a trainer should take a share of the rate, and of nothing else', (t) => {
  const model = { name: 'quadratic', parameters: 12, condition: 10, heterogeneity: 1, noise: 0 }
  const step = (learningRate: number, share?: number): Float32Array => {
    const recipe = recipeWith({
      model,
      data: { name: 'none' },
      training: { learningRate, localSteps: 3, steps: 3 }
    })
    const trainer = openSyntheticBench(recipe, model as SyntheticConfig, 2).trainer(0)
    const replica = trainer.initial()
    trainer.train(replica, 3, 0, null, share)
    return replica
  }
  t.deepEqual(step(0.1, 1 / 4), step(0.025))
  t.true(distance(step(0.1, 1 / 4), step(0.1)) > 0.01)
})

for (const name of ['gossip-averaging', 'd-psgd', 'sgp']) {
  test(`${name} should slow down the peer that is behind, and hardly any other`, async (t) => {
    const peers = 6
    const shares = Array.from({ length: peers }, (): number[] => [])
    const trainers = quadraticTrainers(peers, 10, 0.05, 4).map((trainer, peer) => ({
      ...trainer,
      train: (...args: Parameters<typeof trainer.train>) => {
        if (args[1] > 0) shares[peer]!.push(args[4] ?? 1)
        return trainer.train(...args)
      }
    }))
    const recipe = recipeWith({
      strategy: { name, deadline: { floorMs: 20, ceilingMs: 200 } },
      training: { learningRate: 0.05, localSteps: 2, steps: 200, staleRate: true },
      topology: { name: 'full' }
    })
    await runSwarm(recipe, trainers, QUIET, (peer) => (peer === 2 ? 60 : 5))
    const means = shares.map((taken) => taken.reduce((sum, share) => sum + share, 0) / taken.length)
    t.log(means.map((mean) => mean.toFixed(2)).join(' '))
    for (const [peer, mean] of means.entries()) {
      t.true(peer === 2 ? mean < 0.8 : mean > 0.95, `peer ${peer}: ${mean}`)
    }
    // Beyond four rounds it skips to the others' round.
    const rates = new Set(shares.flat())
    for (const rate of rates) t.true([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5].includes(rate), `${rate}`)
  })
}
