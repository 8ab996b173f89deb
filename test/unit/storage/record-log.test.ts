import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { encode } from '@ipld/dag-cbor'
import test, { type ExecutionContext } from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import { seeded } from '../../../src/random.ts'
import { folder } from './folder.ts'
import { life, OWNER, open, own, owns, recordsAt, recordsIn, whole } from './state.ts'

/** Length, its checksum, the body's, the body: written here a second time, from the description. */
const framed = (value: unknown): Buffer => {
  const body = encode(value)
  const numbers = Buffer.alloc(12)
  numbers.writeUInt32BE(body.length, 0)
  numbers.writeUInt32BE(crc32(numbers.subarray(0, 4)), 4)
  numbers.writeUInt32BE(crc32(body), 8)
  return Buffer.concat([numbers, body])
}

const head = (number: number, follows: unknown = null, floor = number): Buffer =>
  framed({ format: 'swarmgrad/records/2', ...OWNER, number, follows, floor })

test('should write the format that it describes', async (t) => {
  const place = await folder(t)
  await life(place, [...owns(1, 2), whole(1), own(3)])
  const first = Buffer.concat([head(0), framed(own(1)), framed(own(2))])
  t.deepEqual(await readFile(recordsAt(place, 0)), first)
  const follows = { number: 0, bytes: first.length }
  const second = Buffer.concat([head(1, follows, 0), framed(own(3))])
  t.deepEqual(await readFile(recordsAt(place, 1)), second)
})

test('should keep records in order when nobody waits for one before giving the next', async (t) => {
  const place = await folder(t)
  const { store } = await open(place)
  await Promise.all(owns(1, 20).map((record) => store.append(record)))
  await store.close()
  t.deepEqual((await life(place)).records, owns(1, 20))
})

test('thousands of small records between two checkpoints should all be kept', async (t) => {
  const place = await folder(t)
  const { store } = await open(place)
  await store.checkpoint(whole(1))
  await Promise.all(owns(1, 1500).map((record) => store.append(record)))
  await store.close()
  t.deepEqual((await life(place)).records, [whole(1), ...owns(1, 1500)])
})

test('records should stay bounded without checkpoints, and the newest 48 MiB be kept', async (t) => {
  const place = await folder(t)
  const MIB = 2 ** 20
  const { store } = await open(place)
  await store.checkpoint(whole(1))
  for (const record of owns(1, 90)) {
    await store.append(own(record.seq, MIB))
    t.true(store.usage < 74 * MIB, `${store.usage}`)
  }
  await store.close()
  const sizes = await Promise.all(
    (await readdir(recordsIn(place))).map(
      async (name) => (await stat(join(recordsIn(place), name))).size
    )
  )
  t.true(Math.max(...sizes) < 10 * MIB, 'no file is much longer than 8 MiB')
  const { records, notices } = await life(place)
  const [checkpoint, ...kept] = records
  t.deepEqual(checkpoint, whole(1))
  t.true(kept.length >= 48, `${kept.length}`)
  t.deepEqual(
    kept.map((record) => (record.kind === 'own' ? record.seq : 0)),
    owns(91 - kept.length, 90).map(({ seq }) => seq)
  )
  t.is(notices.length, 1)
  t.regex(notices[0]!, /oldest records.*were dropped to save room/)
  await life(place, [whole(2), whole(3), own(91)])
  t.deepEqual(await life(place), { records: [whole(3), own(91)], notices: [] })
})

/** Writes a file of three records, changed. */
const changed = async (
  t: ExecutionContext,
  change: (bytes: Buffer) => Buffer
): Promise<{ place: string; path: string }> => {
  const place = await folder(t)
  await life(place, owns(1, 3))
  const path = recordsAt(place, 0)
  await writeFile(path, change(await readFile(path)))
  return { place, path }
}

const LAST = framed(own(3)).length

test('a record that was cut short anywhere should be cut off, and its place taken by the next', async (t) => {
  for (let missing = 1; missing < LAST; missing++) {
    const { place } = await changed(t, (bytes) => bytes.subarray(0, bytes.length - missing))
    const { store, records, notices, torn } = await open(place)
    t.deepEqual(records, owns(1, 2), `${missing} bytes are missing`)
    t.deepEqual([notices, torn], [[], LAST - missing])
    await store.append(own(33))
    await store.close()
    t.deepEqual(await life(place), { records: [...owns(1, 2), own(33)], notices: [] })
  }
})

test('a last record of which only zeros or rubbish have been written should be cut off', async (t) => {
  const random = seeded(3)
  for (const fill of [() => 0, () => random.integer(256)]) {
    const { place } = await changed(t, (bytes) => {
      const rubbish = Uint8Array.from({ length: LAST }, fill)
      return Buffer.concat([bytes.subarray(0, bytes.length - LAST), rubbish])
    })
    t.deepEqual((await life(place)).records, owns(1, 2))
  }
})

test('a flipped bit before the last record should be refused, wherever it is', async (t) => {
  const { place, path } = await changed(t, (bytes) => bytes)
  const bytes = await readFile(path)
  for (let at = 0; at < bytes.length - LAST; at++) {
    const wrong = Buffer.from(bytes)
    wrong[at]! ^= 1 << (at % 8)
    await writeFile(path, wrong)
    const error = await t.throwsAsync(life(place), { instanceOf: InvalidInputError })
    t.is(error.problems[0]!.path, path)
    t.deepEqual(await readFile(path), wrong, 'a damaged file is left as it is')
  }
})

test('a file without a whole head should be refused', async (t) => {
  for (const length of [0, 5, 100]) {
    const { place, path } = await changed(t, (bytes) => bytes.subarray(0, length))
    const error = await t.throwsAsync(life(place), { instanceOf: InvalidInputError })
    t.true(error.message.startsWith(`${path}: is damaged at byte 0`))
  }
})

test('a file of somebody else, or under another number, should be refused', async (t) => {
  const heads = [
    framed({
      format: 'swarmgrad/records/2',
      ...OWNER,
      self: 'x',
      number: 0,
      follows: null,
      floor: 0
    }),
    framed({ format: 'swarmgrad/records/9', ...OWNER, number: 0, follows: null, floor: 0 }),
    framed('no head at all'),
    head(1)
  ]
  for (const wrong of heads) {
    const { place, path } = await changed(t, () => Buffer.concat([wrong, framed(own(1))]))
    const error = await t.throwsAsync(life(place), { instanceOf: InvalidInputError })
    t.true(error.message.startsWith(`${path}: does not hold records`), error.message)
  }
})

test("a record that was torn before the last checkpoint should be nobody's", async (t) => {
  const place = await folder(t)
  await life(place, owns(1, 3))
  const path = recordsAt(place, 0)
  await truncate(path, (await stat(path)).size - 1)
  await life(place, [own(4), whole(1)])
  await life(place, [own(5)])
  t.deepEqual(await life(place), { records: [whole(1), own(5)], notices: [] })
})
