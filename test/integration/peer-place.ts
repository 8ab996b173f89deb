/** Peers' documents with data beside them, for the commands that read what a peer has learnt. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { replicaBytes } from '../../src/storage/replica-file.ts'
import { createModel } from '../../src/training/models/create-model.ts'
import { type Model, rowSides, textSides } from '../../src/training/models/model.ts'
import type { Vector } from '../../src/vector/vector.ts'
import { builtIn } from '../unit/training/helpers.ts'
import { writeData } from './cli-harness.ts'

export const DIGITS = createModel(builtIn({ name: 'mlp', hidden: [8] }), rowSides([28, 28, 1], 10))

/** All of its characters, sorted: 28 of them. */
export const TEXT = 'the quick brown fox jumps over the lazy dog\n'.repeat(60)
export const CHARACTERS = [...new Set(TEXT)].sort()
const GPT = { name: 'gpt', layers: 1, heads: 2, width: 8, context: 12 }
export const WRITER = createModel(builtIn(GPT), textSides(12, CHARACTERS.length))
export const BYTES_WRITER = createModel(builtIn(GPT), textSides(12, 256))

const documentOf = (model: Model, data: object, dataPath: string, fields: object): object => ({
  manifest: {
    name: 'read',
    shards: 1,
    layout: model.layout.hash,
    seed: 1,
    model: model.config,
    data: { partition: { kind: 'iid' }, ...data },
    training: { learningRate: 0.1, batch: 8, localSteps: 8, steps: 80 },
    strategy: { name: 'gossip-averaging' },
    compression: { name: 'none' },
    topology: { name: 'full' }
  },
  shard: 0,
  listen: ['/ip4/127.0.0.1/tcp/0'],
  state: 'state',
  data: { path: dataPath },
  http: null,
  ...fields
})

interface PlaceInit {
  readonly model: Model
  readonly data: object
  readonly dataPath: string
  /** What the last run has left in the state folder; null: nothing. */
  readonly replica?: Vector | null
  /** Of the document. */
  readonly fields?: object
}

/** A folder with `peer.json`, both kinds of data, and perhaps what a run has left. */
export const peerPlace = async (
  t: ExecutionContext,
  { model, data, dataPath, replica = null, fields = {} }: PlaceInit
): Promise<string> => {
  const place = await mkdtemp(join(tmpdir(), 'swarmgrad-read-'))
  t.teardown(() => rm(place, { recursive: true, force: true }))
  await writeData(join(place, 'data'))
  await writeFile(join(place, 'text.txt'), TEXT)
  const document = documentOf(model, data, dataPath, fields)
  await writeFile(join(place, 'peer.json'), JSON.stringify(document))
  if (replica !== null) {
    await mkdir(join(place, 'state'))
    const bytes = replicaBytes(model.layout, replica)
    await writeFile(join(place, 'state/replica.safetensors'), bytes)
  }
  return place
}

export const digitsPlace = (
  t: ExecutionContext,
  replica: Vector | null = null,
  fields: object = {}
): Promise<string> =>
  peerPlace(t, { model: DIGITS, data: { name: 'mnist' }, dataPath: 'data', replica, fields })

export const writerPlace = (
  t: ExecutionContext,
  replica: Vector | null = null,
  model = WRITER
): Promise<string> => {
  const level = model === BYTES_WRITER ? 'byte' : 'character'
  const data = { name: 'text', level }
  return peerPlace(t, { model, data, dataPath: 'text.txt', replica })
}
