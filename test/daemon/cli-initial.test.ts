/** A swarm that begins with a file, by the real program. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { findReplica } from '../../src/cli/find-replica.ts'
import { loadPeerConfig } from '../../src/cli/peer-config.ts'
import { initialHash } from '../../src/peer/initial.ts'
import { seeded } from '../../src/random.ts'
import { replicaBytes, replicaOf } from '../../src/storage/replica-file.ts'
import { manifestHash } from '../../src/swarm/manifest.ts'
import { run } from '../integration/cli-harness.ts'
import { DIGITS, digitsPlace } from '../integration/peer-place.ts'

/** Not what the swarm's seed gives. */
const REPLICA = DIGITS.initial(seeded(77))

interface Fields {
  readonly initial?: string
  /** Of the manifest. */
  readonly hash?: string
}

/** A peer whose steps are too short to move its replica. */
const initialPlace = async (t: ExecutionContext, { initial, hash }: Fields): Promise<string> => {
  const place = await digitsPlace(t, null, initial === undefined ? {} : { initial })
  const path = join(place, 'peer.json')
  const document = JSON.parse(await readFile(path, 'utf8'))
  const training = { ...document.manifest.training, learningRate: 1e-12 }
  const manifest = { ...document.manifest, training, ...(hash && { initial: hash }) }
  await writeFile(path, JSON.stringify({ ...document, manifest }))
  await writeFile(join(place, 'begin.safetensors'), replicaBytes(DIGITS.layout, REPLICA))
  return place
}

const train = (t: ExecutionContext, place: string) =>
  run(t, place, ['peer', '--config', 'peer.json'])

test('should begin with the file that the document names, as another swarm', async (t) => {
  const place = await initialPlace(t, { initial: 'begin.safetensors' })
  const { code, stderr } = await train(t, place)
  t.is(code, 0, stderr)
  t.regex(stderr, /only peers with the same/)
  const config = await loadPeerConfig(join(place, 'peer.json'))
  const { tensors, manifest } = await findReplica(config, undefined)
  const replica = replicaOf(DIGITS.layout, tensors, 'found')
  t.true(replica.every((value, i) => Math.abs(value - REPLICA[i]!) < 1e-6))
  t.is(manifest, manifestHash({ ...config.manifest, initial: initialHash(REPLICA) }))
})

test('should begin with the file that the manifest means', async (t) => {
  const fields = { initial: 'begin.safetensors', hash: initialHash(REPLICA) }
  const { code, stderr } = await train(t, await initialPlace(t, fields))
  t.is(code, 0, stderr)
})

const other = 'ab'.repeat(32)
const REFUSED: ReadonlyArray<readonly [title: string, Fields, said: RegExp]> = [
  [
    'another file than the manifest means',
    { initial: 'begin.safetensors', hash: other },
    new RegExp(`begin\\.safetensors: has the hash ${initialHash(REPLICA)}, .* ${other}`)
  ],
  ['no file where the manifest means one', { hash: other }, /initial: must name the file/],
  ['a file that is not there', { initial: 'none' }, /none: cannot be read: ENOENT/]
]

for (const [title, fields, said] of REFUSED) {
  test(`should refuse ${title}`, async (t) => {
    const { code, stderr } = await train(t, await initialPlace(t, fields))
    t.is(code, 2, stderr)
    t.regex(stderr, said)
  })
}
