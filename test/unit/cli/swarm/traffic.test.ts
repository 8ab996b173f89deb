import test from 'ava'
import { largestBody, roundBytes } from '../../../../src/cli/swarm/traffic.ts'
import { simulate } from '../../../../src/simulation/simulate.ts'
import { withDefaults } from '../../../../src/strategy/strategy-problems.ts'
import { manifestSchema } from '../../../../src/swarm/manifest.ts'

const PARAMETERS = 10_000

const recipeOf = (fields: object) => ({
  model: { name: 'quadratic', parameters: PARAMETERS } as const,
  data: { name: 'none' } as const,
  training: { learningRate: 0.05, batch: 1, steps: 128 },
  topology: { name: 'random-regular', degree: 3 } as const,
  strategy: { name: 'delta-set' },
  ...fields
})

/** The estimate over what a simulated swarm has sent, per peer and round. */
const ratioOf = async (peers: number, fields: object): Promise<number> => {
  const recipe = recipeOf(fields)
  const { peersDetail } = await simulate({ ...recipe, name: 'traffic', peers })
  const sent = peersDetail.reduce((sum, { bytesSent, rounds }) => sum + bytesSent / rounds, 0)
  const manifest = manifestSchema.parse({
    ...recipe,
    strategy: withDefaults(recipe.strategy),
    name: 'traffic',
    shards: peers,
    layout: '0'.repeat(64)
  })
  return roundBytes(manifest, PARAMETERS) / (sent / peers)
}

test('the bytes of a round should be near what simulated swarms send', async (t) => {
  const gossip = { strategy: { name: 'gossip-averaging' }, compression: { name: 'int4' } }
  const ratios = {
    six: await ratioOf(6, {}),
    dense: await ratioOf(6, {
      strategy: { name: 'delta-set', density: 0.05, values: 'two-level' }
    }),
    gossip: await ratioOf(6, gossip),
    ring: await ratioOf(6, { strategy: { name: 'ring-all-reduce' } })
  }
  // The first exchange of gossip averaging is of whole numbers, and these are short runs.
  for (const [name, ratio] of Object.entries(ratios))
    t.true(ratio > 0.8 && ratio < 1.2, `${name} ${ratio}`)
})

test('no message of a ring should be larger than a bucket', (t) => {
  const recipe = recipeOf({ strategy: { name: 'ring-all-reduce', bucketBytes: 4096 } })
  const strategy = withDefaults(recipe.strategy)
  const document = { ...recipe, strategy, name: 'ring', shards: 4, layout: '0'.repeat(64) }
  t.is(largestBody(manifestSchema.parse(document), PARAMETERS), 4096 + 33)
})
