/** What becomes of the compute thread when a job of its fails. */
import test from 'ava'
import type { ComputeAnswer, ComputeRequest } from '../../../src/peer/compute-messages.ts'
import { startComputeThread } from '../../../src/peer/compute-thread.ts'
import type { Kinds } from '../../../src/strategy/strategy.ts'
import { manifestSchema } from '../../../src/swarm/manifest.ts'
import { layoutOf } from '../../../src/vector/layout.ts'

const MANIFEST = manifestSchema.parse({
  name: 'fails',
  shards: 2,
  layout: layoutOf([{ name: 'x', shape: [40] }]).hash,
  model: { name: 'quadratic', parameters: 40 },
  data: { name: 'none' },
  training: { learningRate: 0.1, steps: 8 },
  strategy: { name: 'delta-set' },
  topology: { name: 'full' }
})

const job = (kind: string, more: object = {}): ComputeRequest => ({
  type: 'job',
  job: { kind, ...more } as unknown as Kinds['job']
})

test('what follows a job that failed should not be done: nobody knows what it has left behind', async (t) => {
  const crashed = Promise.withResolvers<Error>()
  const compute = await startComputeThread(
    {
      manifest: MANIFEST,
      self: 'self',
      shard: 0,
      dataPath: null,
      maxDataBytes: null,
      cacheFolder: null,
      weightsPath: null,
      initialPath: null,
      trainer: null,
      backend: 'wasm',
      diagnostics: false
    },
    { loading: () => {}, crashed: crashed.resolve }
  )
  t.teardown(() => compute.stop())
  const answers: ComputeAnswer[] = []
  const request = (asked: ComputeRequest): void =>
    compute.request(asked, (answer) => answers.push(answer))
  request(job('hash'))
  // Of another model.
  request(job('resume', { compute: { vectors: {}, data: null } }))
  request(job('checkpoint'))
  request({ type: 'replica' })
  t.regex((await crashed.promise).message, /the compute thread failed/)
  await compute.stop()
  t.deepEqual(
    answers.map((answer) => (answer.type === 'job' ? answer.result.kind : answer.type)),
    ['hashed']
  )
})
