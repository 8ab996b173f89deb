import { existsSync } from 'node:fs'
import {
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  truncate,
  writeFile
} from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import { seeded } from '../../../src/random.ts'
import { readLatestCheckpoint } from '../../../src/storage/latest-checkpoint.ts'
import { loadReplica } from '../../../src/storage/replica-file.ts'
import { StateStore } from '../../../src/storage/state-store.ts'
import { folder } from './folder.ts'
import {
  checkpointAt,
  checkpointsIn,
  filesIn,
  type Kept,
  LAYOUT,
  life,
  OWNER,
  own,
  owns,
  recordsAt,
  recordsIn,
  whole
} from './state.ts'

/** Two checkpoints, with records after each: the second has the number 2. */
const LIVED: readonly Kept[] = [whole(5), ...owns(1, 2), whole(6), ...owns(3, 4)]
const FROM_NEWEST: readonly Kept[] = [whole(6), ...owns(3, 4)]
const FROM_OLDER: readonly Kept[] = [whole(5), ...owns(1, 4)]
const CHECKPOINT_FILES = [
  'checkpoint.json',
  'protocol.cbor',
  'replica.safetensors',
  'state.safetensors'
]

const lived = async (t: ExecutionContext): Promise<string> => {
  const place = await folder(t)
  await life(place, LIVED)
  return place
}

const refused = async (t: ExecutionContext, place: string): Promise<string> => {
  const error = await t.throwsAsync(life(place), { instanceOf: InvalidInputError })
  t.is(error.problems.length, 1)
  t.true(error.problems[0]!.remedy.length > 10)
  return error.message
}

const fellBack = async (t: ExecutionContext, place: string, what: string): Promise<void> => {
  const { records, notices } = await life(place)
  t.deepEqual(records, FROM_OLDER, what)
  t.is(notices.length, 1, what)
  t.true(notices[0]!.includes(`${checkpointAt(place, 2)} is damaged (`), notices[0])
  t.true(notices[0]!.includes('going on from round 5'), notices[0])
  t.deepEqual(
    (await readdir(checkpointsIn(place))).sort(),
    ['0000000001', '0000000002.damaged'],
    what
  )
}

for (const name of CHECKPOINT_FILES) {
  test(`without its ${name} a checkpoint should give way to the one before`, async (t) => {
    const place = await lived(t)
    await rm(join(checkpointAt(place, 2), name))
    await fellBack(t, place, name)
    t.deepEqual(await life(place, [whole(7)]), { records: FROM_OLDER, notices: [] })
    t.deepEqual((await life(place)).records, [whole(7)])
  })

  test(`a folder in place of ${name} should be damage`, async (t) => {
    const place = await lived(t)
    await rm(join(checkpointAt(place, 2), name))
    await mkdir(join(checkpointAt(place, 2), name))
    await fellBack(t, place, name)
  })

  test(`a ${name} that was cut anywhere should be damage`, async (t) => {
    const place = await lived(t)
    const path = join(checkpointAt(place, 2), name)
    const bytes = await readFile(path)
    const random = seeded(bytes.length)
    for (let i = 0; i < 20; i++) {
      const copy = await folder(t)
      await cp(place, copy, { recursive: true })
      const length = i === 0 ? 0 : random.integer(bytes.length - 1)
      await truncate(join(checkpointAt(copy, 2), name), length)
      await fellBack(t, copy, `cut to ${length} bytes`)
    }
  })
}

/** Everything that may be read from a state in which one byte is wrong. */
const isLegal = ({ records }: { records: readonly Kept[] }, file: string): boolean => {
  const legal = [FROM_NEWEST, FROM_OLDER]
  // A last record that is wrong looks like one that was being written, which nobody has relied on.
  if (file.endsWith('2.bin')) legal.push(FROM_NEWEST.slice(0, -1))
  return legal.some((some) => isDeepStrictEqual(some, records))
}

test('a flipped bit anywhere should never lead to wrong data, nor cost the older checkpoint', async (t) => {
  const place = await lived(t)
  const kinds = await filesIn(place)
  t.is(kinds.length, 2 * CHECKPOINT_FILES.length + 2)
  const random = seeded(11)
  let [fallbacks, refusals] = [0, 0]
  const copy = await folder(t)
  for (let i = 0; i < 300; i++) {
    const file = kinds[i % kinds.length]!
    await rm(copy, { recursive: true })
    await cp(place, copy, { recursive: true })
    const bytes = await readFile(join(copy, file))
    const at = random.integer(bytes.length)
    bytes[at]! ^= 1 << random.integer(8)
    await writeFile(join(copy, file), bytes)
    const what = `${file}, byte ${at}`
    const found = await life(copy).catch((error: Error) => error)
    if (found instanceof Error) {
      t.is(found.name, 'InvalidInputError', `${what}: ${found.stack}`)
      t.true(file.endsWith('.bin'), what)
      t.deepEqual(await readFile(join(copy, file)), bytes, `${what}: left as it is`)
      refusals++
    } else {
      t.true(isLegal(found, file), what)
      if (found.notices.length > 0 && file.includes('checkpoints')) fallbacks++
    }
    if (!file.includes('0000000001')) t.true(existsSync(checkpointAt(copy, 1)), what)
  }
  t.true(fallbacks >= 80, `${fallbacks} fallbacks`)
  t.true(refusals >= 20, `${refusals} refusals`)
})

test('when all checkpoints are damaged the own records should be left, and be said to be alone', async (t) => {
  const place = await lived(t)
  for (const number of [1, 2]) {
    await writeFile(join(checkpointAt(place, number), 'protocol.cbor'), 'no')
  }
  const { records, notices } = await life(place)
  t.deepEqual(records, owns(1, 4))
  t.is(notices.length, 2)
  for (const notice of notices) t.regex(notice, /no whole checkpoint is left.*4 records/)
  t.deepEqual(await readdir(checkpointsIn(place)), ['0000000002.damaged'], 'one is kept to look at')
  t.deepEqual((await life(place, [whole(8), own(5)])).records, owns(1, 4))
  t.deepEqual((await life(place)).records, [whole(8), own(5)])
  t.true(existsSync(checkpointAt(place, 3)), 'numbers go on')
})

test('records that begin later than the peer should be handed over with a warning', async (t) => {
  const place = await lived(t)
  await rm(checkpointsIn(place), { recursive: true })
  const { records, notices } = await life(place)
  t.deepEqual(records, owns(1, 4))
  t.regex(notices.join(), /records of a later time only.*no whole checkpoint is left/)
})

for (const [what, owner, saying] of [
  ['swarm', { ...OWNER, manifest: `${'ab'.repeat(8)}${'cd'.repeat(24)}` }, /another swarm/],
  ['peer', { ...OWNER, self: `other${OWNER.self}` }, /another peer/]
] as const) {
  test(`a checkpoint of another ${what} should be refused by name, and be left alone`, async (t) => {
    const place = await lived(t)
    const opened = StateStore.open<Kept>(place, owner, { layout: LAYOUT, keep: 2 })
    const error = await t.throwsAsync(opened, { instanceOf: InvalidInputError })
    t.is(error.problems[0]!.path, checkpointAt(place, 2))
    t.regex(error.message, saying)
    t.deepEqual((await life(place)).records, FROM_NEWEST)
  })
}

const asVersion2 = async (place: string, number: number): Promise<void> => {
  const path = join(checkpointAt(place, number), 'checkpoint.json')
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('swarmgrad/checkpoint/1', 'swarmgrad/checkpoint/2'))
}

test('a checkpoint of a later version should give way to the one before', async (t) => {
  const place = await lived(t)
  await asVersion2(place, 2)
  await fellBack(t, place, 'version 2')
})

test('when all need a later version the peer should be refused, and nothing be touched', async (t) => {
  const place = await lived(t)
  for (const number of [1, 2]) await asVersion2(place, number)
  const before = await filesIn(place)
  t.regex(await refused(t, place), /swarmgrad\/checkpoint\/2.*start the version/)
  t.deepEqual(await filesIn(place), before)
})

test('a checkpoint under the number of another should be refused', async (t) => {
  const place = await lived(t)
  await rename(checkpointAt(place, 1), checkpointAt(place, 9))
  t.regex(await refused(t, place), /another number/)
})

test('documents that are too long or too deep should be damage, not a crash', async (t) => {
  const bombs = [' '.repeat(2 ** 17), '['.repeat(60_000), `{"a":${'{"a":'.repeat(10_000)}`, 'null']
  for (const bomb of bombs) {
    const place = await lived(t)
    await writeFile(join(checkpointAt(place, 2), 'checkpoint.json'), bomb)
    await fellBack(t, place, bomb.slice(0, 10))
  }
})

test('a damaged record file should be refused, unless a newer checkpoint has made it unnecessary', async (t) => {
  const place = await lived(t)
  const path = recordsAt(place, 1)
  const bytes = await readFile(path)
  bytes[bytes.length >> 1]! ^= 1
  await writeFile(path, bytes)
  t.deepEqual(await life(place), { records: FROM_NEWEST, notices: [] })
  await rm(join(checkpointAt(place, 2), 'protocol.cbor'))
  const message = await refused(t, place)
  t.true(message.startsWith(`${path}: is damaged at byte`), message)
  t.regex(message, /new peer/)
  t.true(existsSync(checkpointAt(place, 2)), 'nothing is put aside for a state that is refused')
})

test('a record file in the middle that is gone, or has lost its end, should be refused', async (t) => {
  const gone = await lived(t)
  await rm(join(checkpointAt(gone, 2), 'protocol.cbor'))
  await rm(recordsAt(gone, 1))
  t.true((await refused(t, gone)).startsWith(`${recordsAt(gone, 1)}: is not there`))

  const short = await lived(t)
  await rm(join(checkpointAt(short, 2), 'protocol.cbor'))
  const path = recordsAt(short, 1)
  await truncate(path, (await readFile(path)).length - 1)
  t.true((await refused(t, short)).startsWith(`${path}: has lost its end`))
})

test('files that are none of ours should be left alone', async (t) => {
  const place = await lived(t)
  const strange = [
    join(checkpointsIn(place), 'notes.txt'),
    join(checkpointsIn(place), '12'),
    join(recordsIn(place), '000000000x.bin')
  ]
  for (const path of strange) await writeFile(path, 'mine')
  t.deepEqual(await life(place, [whole(7)]), { records: FROM_NEWEST, notices: [] })
  for (const path of strange) t.is(await readFile(path, 'utf8'), 'mine')
})

const bound = process.getuid?.() === 0 ? test.skip : test

bound(
  'a file that this user may not read should be refused, and be left (not for root)',
  async (t) => {
    const place = await lived(t)
    const path = join(checkpointAt(place, 2), 'protocol.cbor')
    await chmod(path, 0)
    t.true((await refused(t, place)).includes(`${path}: cannot be read: EACCES`))
    await chmod(path, 0o600)
    t.deepEqual((await life(place)).records, FROM_NEWEST)
  }
)

test('the newest whole checkpoint should be readable beside the peer', async (t) => {
  const place = await folder(t)
  t.is(await readLatestCheckpoint(place), null)
  t.is(await readLatestCheckpoint(join(place, 'none')), null)
  await life(place, LIVED)
  const latest = await readLatestCheckpoint(place)
  t.like(latest, { path: checkpointAt(place, 2), round: 6, ...OWNER })
  t.deepEqual(latest!.tensors['hidden/bias'], {
    shape: [3],
    data: (whole(6).compute.vectors['replica'] as Float32Array<ArrayBuffer>).slice(15)
  })
  const { replica } = await loadReplica(join(latest!.path, 'replica.safetensors'), LAYOUT)
  t.deepEqual(replica, whole(6).compute.vectors['replica'] as typeof replica)

  await truncate(join(checkpointAt(place, 2), 'replica.safetensors'), 100)
  t.like(await readLatestCheckpoint(place), { path: checkpointAt(place, 1), round: 5 })
  await rm(join(checkpointAt(place, 1), 'checkpoint.json'))
  await t.throwsAsync(readLatestCheckpoint(place), {
    instanceOf: InvalidInputError,
    message: /has no whole checkpoint: replica.safetensors has 100 bytes/
  })
})

test('of several swarms in one folder one should have to be chosen', async (t) => {
  const place = await lived(t)
  const other = { ...OWNER, manifest: 'cd'.repeat(32) }
  const { store } = await StateStore.open<Kept>(place, other, { layout: LAYOUT, keep: 2 })
  t.like(await readLatestCheckpoint(place), OWNER)
  await store.checkpoint(whole(9))
  await store.close()
  await t.throwsAsync(readLatestCheckpoint(place), { message: /several swarms or peers/ })
  t.like(await readLatestCheckpoint(place, other), { ...other, round: 9 })
  t.like(await readLatestCheckpoint(place, { manifest: OWNER.manifest }), { round: 6 })
})
