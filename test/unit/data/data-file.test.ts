import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import test from 'ava'
import { ahead } from '../../../src/data/files/ahead.ts'
import { type DataFile, eachChunk, findFile } from '../../../src/data/files/data-file.ts'
import { eachRecord } from '../../../src/data/files/records.ts'
import { permutation, seeded } from '../../../src/random.ts'
import { folderOf } from './text-files.ts'

/** More than is read at once, and no multiple of anything. */
const CONTENT = Uint8Array.from(permutation(seeded(1), 1_000_003), (value) => value % 251)

const open = async (folder: string, packed: boolean): Promise<DataFile> =>
  findFile(join(folder, packed ? 'a.gz' : 'a'), 'no remedy', { packed })

for (const packed of [false, true]) {
  const state = packed ? 'a packed' : 'a plain'

  test(`should show ${state} file piece by piece`, async (t) => {
    const file = await open(await folderOf(t, { a: CONTENT, 'a.gz': gzipSync(CONTENT) }), packed)
    const found = new Uint8Array(CONTENT.length)
    let [at, largest] = [0, 0]
    await eachChunk(file, async (chunk) => {
      // The next piece is read meanwhile, and not over this one.
      await new Promise((resolve) => setImmediate(resolve))
      found.set(chunk, at)
      at += chunk.length
      largest = Math.max(largest, chunk.length)
    })
    t.is(at, CONTENT.length)
    t.deepEqual(found, CONTENT)
    t.true(largest <= 2 ** 18)
  })

  for (const [skip, length] of [
    [0, 1000],
    [7, 3073],
    [500_000, 400_001],
    [1_000_002, 1],
    [1_000_003, 5],
    [2_000_000, 5]
  ] as const) {
    test(`should cut ${state} file into records of ${length} after ${skip}`, async (t) => {
      const file = await open(await folderOf(t, { a: CONTENT, 'a.gz': gzipSync(CONTENT) }), packed)
      let next = 0
      const seen = await eachRecord(file, { skip, length }, (index, record) => {
        t.is(index, next++)
        const from = skip + index * length
        if (Buffer.compare(record, CONTENT.subarray(from, from + length)) !== 0) t.fail(`${index}`)
      })
      t.is(seen, CONTENT.length)
      t.is(next, Math.floor(Math.max(0, CONTENT.length - skip) / length))
    })
  }
}

test('should end what it reads when the visitor fails, and say what failed', async (t) => {
  const folder = await folderOf(t, { a: CONTENT, 'a.gz': gzipSync(CONTENT) })
  for (const packed of [false, true]) {
    const fail = (): void => {
      throw new RangeError('mine')
    }
    await t.throwsAsync(eachChunk(await open(folder, packed), fail), { message: 'mine' })
  }
})

test('should read ahead as far as it is told, in order', async (t) => {
  let [under, most] = [0, 0]
  const read = async (item: number): Promise<number> => {
    most = Math.max(most, ++under)
    await new Promise((resolve) => setImmediate(resolve))
    under--
    return 10 * item
  }
  const items = Array.from({ length: 20 }, (_, i) => i)
  const found: number[] = []
  for await (const value of ahead(items, 3, read)) found.push(value)
  t.deepEqual(
    found,
    items.map((item) => 10 * item)
  )
  t.true(most >= 3 && most <= 4, `${most}`)
})

test('should fail at the item that fails, and give those before', async (t) => {
  const found: number[] = []
  const run = async (): Promise<void> => {
    const read = async (item: number): Promise<number> => {
      if (item === 3) throw new RangeError('three')
      return item
    }
    for await (const value of ahead([0, 1, 2, 3, 4], 4, read)) found.push(value)
  }
  await t.throwsAsync(run(), { message: 'three' })
  t.deepEqual(found, [0, 1, 2])
})
