/** A replica that a swarm begins with: which file it is, and what is refused. */
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import {
  checkInitialGiven,
  initialHash,
  readInitial,
  withInitial
} from '../../../src/peer/initial.ts'
import { writeSafetensors } from '../../../src/storage/safetensors.ts'
import { type Manifest, manifestHash, manifestSchema } from '../../../src/swarm/manifest.ts'
import { layoutOf } from '../../../src/vector/layout.ts'
import { temporaryFolder } from '../../helpers/program.ts'

const LAYOUT = layoutOf([
  { name: 'a/kernel', shape: [2, 3] },
  { name: 'a/bias', shape: [3] }
])
const REPLICA = Float32Array.from([1, -2.5, 0.1, 100, -100, 0, 7, 8, 1e-30])

const manifestOf = (fields: object = {}): Manifest =>
  manifestSchema.parse({
    name: 'begun',
    shards: 2,
    layout: LAYOUT.hash,
    model: { name: 'averaging', parameters: 9 },
    data: { name: 'none' },
    training: { learningRate: 0.1, steps: 8 },
    strategy: { name: 'gossip-averaging' },
    topology: { name: 'full' },
    ...fields
  })

/** The bias first, as Python's library may have it: the layout decides. */
const written = async (t: ExecutionContext, replica = REPLICA): Promise<string> => {
  const path = join(await temporaryFolder(t), 'initial.safetensors')
  await writeSafetensors(
    path,
    {
      'a/bias': { shape: [3], data: replica.slice(6) },
      'a/kernel': { shape: [2, 3], data: replica.slice(0, 6) }
    },
    { format: 'pt' }
  )
  return path
}

const hashByHand = (): string => {
  const bytes = Buffer.alloc(4 * REPLICA.length)
  REPLICA.forEach((value, i) => {
    bytes.writeFloatLE(value, 4 * i)
  })
  return createHash('sha256').update(bytes).digest('hex')
}

const refusal = (t: ExecutionContext, action: () => unknown): string => {
  const error = t.throws(action, { instanceOf: InvalidInputError })
  return error!.message
}

test('should read the tensors in the order of the layout, and hash them so', async (t) => {
  const replica = (await readInitial(await written(t)))(LAYOUT)
  t.deepEqual(replica, REPLICA)
  t.is(initialHash(replica), hashByHand())
  t.is(initialHash(Float32Array.from([9, ...REPLICA]).subarray(1)), hashByHand())
})

test('should make another swarm of a manifest that names none, and keep one that names it', (t) => {
  const plain = manifestOf()
  const made = withInitial(plain, 'x', REPLICA)
  t.is(made.initial, hashByHand())
  t.not(manifestHash(made), manifestHash(plain))
  t.deepEqual(withInitial(made, 'x', REPLICA), made)
})

test('should refuse the file of another swarm, and name both', (t) => {
  const other = 'ab'.repeat(32)
  const said = refusal(t, () => withInitial(manifestOf({ initial: other }), 'x.st', REPLICA))
  t.true(said.includes('x.st') && said.includes(hashByHand()) && said.includes(other), said)
})

test('should refuse to begin without the file that the swarm begins with', (t) => {
  const manifest = manifestOf({ initial: 'ab'.repeat(32) })
  t.regex(
    refusal(t, () => checkInitialGiven(manifest, null)),
    /initial: .*--initial/
  )
  t.notThrows(() => checkInitialGiven(manifest, 'x'))
  t.notThrows(() => checkInitialGiven(manifestOf(), null))
})

for (const value of [Number.NaN, Infinity, -Infinity, 100.00001, -101]) {
  test(`should refuse a parameter of ${value}, by its tensor`, async (t) => {
    const replica = REPLICA.slice()
    replica[7] = value
    const read = await readInitial(await written(t, replica))
    t.regex(
      refusal(t, () => read(LAYOUT)),
      /element 1 of a\/bias is/
    )
  })
}

test('should refuse the replica of another model', async (t) => {
  const read = await readInitial(await written(t))
  const other = layoutOf([{ name: 'a/kernel', shape: [3, 2] }])
  t.regex(
    refusal(t, () => read(other)),
    /no tensor a\/kernel of shape \[3,2\]/
  )
})

test('should refuse what is not there, and what is no such file', async (t) => {
  const folder = await temporaryFolder(t)
  const gone = await t.throwsAsync(readInitial(join(folder, 'none')), {
    instanceOf: InvalidInputError
  })
  t.regex(gone!.message, /none: cannot be read: ENOENT/)
  await writeFile(join(folder, 'text'), 'a text')
  await t.throwsAsync(readInitial(join(folder, 'text')), { instanceOf: InvalidInputError })
  await t.throwsAsync(readInitial(folder), { instanceOf: InvalidInputError })
})
