import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { encode } from '@ipld/dag-cbor'
import test, { type ExecutionContext } from 'ava'
import { InvalidInputError, RunFailedError } from '../../../src/errors.ts'
import { seeded } from '../../../src/random.ts'
import { RecordStore, recordFileName } from '../../../src/storage/record-store.ts'
import { folder } from './folder.ts'

interface Note {
  readonly kind: string
  readonly seq: number
  readonly bytes: Uint8Array
}

const OWNER = { manifest: 'ab'.repeat(32), self: '12D3KooWExampleExampleExample' }
const FILE = recordFileName(OWNER)

const note = (seq: number): Note => ({ kind: 'own', seq, bytes: Uint8Array.of(seq % 256, 7, 0) })
const notes = (from: number, to: number): Note[] =>
  Array.from({ length: to - from + 1 }, (_, i) => note(from + i))

/** What a life finds, and what it adds. */
const life = async (place: string, added: readonly Note[]) => {
  const { store, records, cut } = await RecordStore.open<Note>(place, OWNER)
  for (const record of added) await store.append(record)
  await store.close()
  return { records, cut }
}

test('should give back what earlier lives have kept, oldest first', async (t) => {
  const place = await folder(t)
  t.deepEqual(await life(place, []), { records: [], cut: 0 })
  t.deepEqual(await readdir(place), [], 'no record, no file')
  await life(place, notes(1, 3))
  t.deepEqual(await life(place, notes(4, 5)), { records: notes(1, 3), cut: 0 })
  t.deepEqual(await life(place, []), { records: notes(1, 5), cut: 0 })
  t.deepEqual(await readdir(place), [FILE])
})

test('should keep records in order when nobody waits for one before giving the next', async (t) => {
  const place = await folder(t)
  const { store } = await RecordStore.open<Note>(place, OWNER)
  await Promise.all(notes(1, 20).map((record) => store.append(record)))
  await store.close()
  t.deepEqual((await life(place, [])).records, notes(1, 20))
})

/** Length, its checksum, the body's, the body: written here a second time, from the description. */
const framed = (value: unknown): Buffer => {
  const body = encode(value)
  const numbers = Buffer.alloc(12)
  numbers.writeUInt32BE(body.length, 0)
  numbers.writeUInt32BE(crc32(numbers.subarray(0, 4)), 4)
  numbers.writeUInt32BE(crc32(body), 8)
  return Buffer.concat([numbers, body])
}

const HEAD = framed({ format: 'swarmgrad/records/1', ...OWNER, based: false })

test('should write the format that it describes', async (t) => {
  const place = await folder(t)
  await life(place, notes(1, 2))
  const expected = Buffer.concat([HEAD, framed(note(1)), framed(note(2))])
  t.deepEqual(await readFile(join(place, FILE)), expected)
})

test('should stay bounded, and lose none of the newest 64', async (t) => {
  const place = await folder(t)
  const { store } = await RecordStore.open<Note>(place, OWNER)
  let largest = 0
  for (const record of notes(1, 400)) {
    await store.append(record)
    largest = Math.max(largest, (await stat(join(place, FILE))).size)
  }
  await store.close()
  t.true(largest <= HEAD.length + 129 * framed(note(300)).length)
  const { records } = await life(place, notes(401, 402))
  t.true(records.length >= 64 && records.length <= 128)
  t.deepEqual(records, notes(401 - records.length, 400))
  t.deepEqual((await life(place, [])).records, [...records, ...notes(401, 402)])
  t.deepEqual(await readdir(place), [FILE])
})

test('a record that replaces should be the first of what is left', async (t) => {
  const place = await folder(t)
  const { store } = await RecordStore.open<Note>(place, OWNER)
  await store.replace(note(1))
  await Promise.all([
    ...notes(2, 5).map((record) => store.append(record)),
    store.replace(note(6)),
    ...notes(7, 8).map((record) => store.append(record))
  ])
  await store.close()
  t.deepEqual(await life(place, [note(9)]), { records: notes(6, 8), cut: 0 })
  t.deepEqual(await life(place, notes(10, 400)), { records: notes(6, 9), cut: 0 })
  const [first, ...newest] = (await life(place, [])).records
  t.deepEqual(first, note(6), 'it stays, however many follow')
  t.true(newest.length >= 64 && newest.length <= 128)
  t.deepEqual(newest, notes(401 - newest.length, 400))
  t.deepEqual(await readdir(place), [FILE])
})

test('a record that has replaced the others should be whole, or the file is refused', async (t) => {
  const place = await folder(t)
  const { store } = await RecordStore.open<Note>(place, OWNER)
  await store.replace(note(1))
  await store.close()
  const path = join(place, FILE)
  await truncate(path, (await stat(path)).size - 1)
  await t.throwsAsync(RecordStore.open(place, OWNER), { message: /is damaged at byte/ })
})

/** Writes a file of three records, changed. */
const changed = async (
  t: ExecutionContext,
  change: (bytes: Buffer) => Buffer
): Promise<{ place: string; path: string }> => {
  const place = await folder(t)
  await life(place, notes(1, 3))
  const path = join(place, FILE)
  await writeFile(path, change(await readFile(path)))
  return { place, path }
}

const LAST = framed(note(3)).length

test('a record that was cut short anywhere should be cut off, and its place taken by the next', async (t) => {
  for (let missing = 1; missing < LAST; missing++) {
    const { place } = await changed(t, (bytes) => bytes.subarray(0, bytes.length - missing))
    const expected = { records: notes(1, 2), cut: LAST - missing }
    t.deepEqual(await life(place, [note(33)]), expected, `${missing} bytes are missing`)
    t.deepEqual(await life(place, []), { records: [...notes(1, 2), note(33)], cut: 0 })
  }
})

test('a last record of which only zeros or rubbish have been written should be cut off', async (t) => {
  const random = seeded(3)
  for (const fill of [() => 0, () => random.integer(256)]) {
    const { place } = await changed(t, (bytes) => {
      const rubbish = Uint8Array.from({ length: LAST }, fill)
      return Buffer.concat([bytes.subarray(0, bytes.length - LAST), rubbish])
    })
    t.deepEqual(await life(place, []), { records: notes(1, 2), cut: LAST })
  }
})

test('a flipped bit before the last record should be refused, wherever it is', async (t) => {
  const { place, path } = await changed(t, (bytes) => bytes)
  const bytes = await readFile(path)
  for (let at = 0; at < bytes.length - LAST; at++) {
    const wrong = Buffer.from(bytes)
    wrong[at]! ^= 1 << (at % 8)
    await writeFile(path, wrong)
    const error = await t.throwsAsync(RecordStore.open(place, OWNER), {
      instanceOf: InvalidInputError
    })
    t.is(error.problems[0]!.path, path)
    t.deepEqual(await readFile(path), wrong, 'a damaged file is left as it is')
  }
})

test("another peer's records, and those of another swarm, should be other files", async (t) => {
  const place = await folder(t)
  await life(place, notes(1, 3))
  for (const owner of [
    { ...OWNER, self: '12D3KooWAnother' },
    { ...OWNER, manifest: 'cd'.repeat(32) }
  ]) {
    t.deepEqual((await RecordStore.open(place, owner)).records, [])
    await writeFile(join(place, recordFileName(owner)), await readFile(join(place, FILE)))
    await t.throwsAsync(RecordStore.open(place, owner), { message: /of this peer in this swarm/ })
  }
})

test('a folder that cannot be written to should end the peer with the file and a remedy', async (t) => {
  const place = await folder(t)
  const { store } = await RecordStore.open<Note>(place, OWNER)
  // Where the file would come lies a folder: not even the superuser can write that.
  await mkdir(join(place, FILE, 'inside'), { recursive: true })
  const error = await t.throwsAsync(store.append(note(1)), { instanceOf: RunFailedError })
  t.true(error.message.includes(join(place, FILE)))
  t.regex(error.message, /free some space/)
  await t.throwsAsync(store.append(note(2)), { instanceOf: RunFailedError })
  await store.close()
  t.deepEqual(await readdir(place), [FILE])
})

const FULL = '/dev/full'
// Only some systems have a device that is always full.
const onFullDisk = existsSync(FULL) ? test : test.skip

onFullDisk('a full disk should end the peer with the file and a remedy', async (t) => {
  const place = await folder(t)
  await life(place, notes(1, 2))
  const { store } = await RecordStore.open<Note>(place, OWNER)
  await rm(join(place, FILE))
  await symlink(FULL, join(place, FILE))
  const error = await t.throwsAsync(store.append(note(3)), { instanceOf: RunFailedError })
  t.true(error.message.includes(`${join(place, FILE)}: ENOSPC`))
  await store.close()
})
