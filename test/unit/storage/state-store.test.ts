import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
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
  open,
  own,
  owns,
  recordsAt,
  whole
} from './state.ts'

test('should give back records alone, oldest first, when there is no checkpoint', async (t) => {
  const place = await folder(t)
  t.deepEqual(await life(place, owns(1, 3)), { records: [], notices: [] })
  t.deepEqual(await life(place, owns(4, 5)), { records: owns(1, 3), notices: [] })
  t.deepEqual((await life(place)).records, owns(1, 5))
})

test('a checkpoint should come back bit for bit, followed by what was kept since', async (t) => {
  const place = await folder(t)
  await life(place, [...owns(1, 2), whole(7), ...owns(3, 4)])
  t.deepEqual(await life(place, [own(5)]), { records: [whole(7), ...owns(3, 4)], notices: [] })
  t.deepEqual((await life(place, [whole(9)])).records, [whole(7), ...owns(3, 5)])
  t.deepEqual((await life(place)).records, [whole(9)])
})

test('records kept while a checkpoint is being written should come after it', async (t) => {
  const place = await folder(t)
  const { store } = await open(place)
  const order: string[] = []
  const note = (what: string) => () => void order.push(what)
  await Promise.all([
    store.append(own(1)).then(note('1')),
    store.checkpoint(whole(7)).then(note('checkpoint')),
    store.append(own(2)).then(note('2')),
    store.append(own(3)).then(note('3'))
  ])
  await store.close()
  t.deepEqual(
    order.filter((what) => what !== 'checkpoint'),
    ['1', '2', '3']
  )
  t.deepEqual((await life(place)).records, [whole(7), ...owns(2, 3)])
})

test('the newest checkpoints should stay, as many as are asked for, and what they need', async (t) => {
  const place = await folder(t)
  const { store } = await open(place, 3)
  for (let round = 1; round <= 6; round++) {
    await store.append(own(round))
    await store.checkpoint(whole(round))
  }
  await store.append(own(7))
  await store.close()
  t.deepEqual(await readdir(checkpointsIn(place)), ['0000000004', '0000000005', '0000000006'])
  t.deepEqual(
    (await filesIn(join(place, 'records'))).map((path) => path.slice(-14)),
    ['0000000004.bin', '0000000005.bin', '0000000006.bin']
  )
})

test('usage should be what lies on the disk', async (t) => {
  const place = await folder(t)
  const sizeOf = async (): Promise<number> => {
    const contents = (await filesIn(place)).map((path) => readFile(join(place, path)))
    return (await Promise.all(contents)).reduce((sum, { length }) => sum + length, 0)
  }
  const { store } = await open(place)
  t.is(store.usage, 0)
  for (const record of [own(1), whole(2), own(2), whole(3), own(3), whole(4), own(4)]) {
    await (record.kind === 'own' ? store.append(record) : store.checkpoint(record))
    t.is(store.usage, await sizeOf())
  }
  await store.close()
  const again = await open(place)
  t.is(again.store.usage, await sizeOf())
  await again.store.close()
})

test('what a crash has left half-written should be cleared away', async (t) => {
  const place = await folder(t)
  await life(place, [whole(1), whole(2)])
  const part = `${checkpointAt(place, 3)}.part`
  await mkdir(part)
  await writeFile(join(part, 'replica.safetensors'), 'half')
  await writeFile(`${recordsAt(place, 2)}.1234.part`, 'half')
  t.deepEqual(await life(place, [whole(3)]), { records: [whole(2)], notices: [] })
  t.false(existsSync(part))
  t.deepEqual(await filesIn(join(place, 'records')), [])
  t.true(existsSync(checkpointAt(place, 4)), 'its number is not used again')
})

test('numbers order checkpoints, whatever the clock says', async (t) => {
  const place = await folder(t)
  await life(place, [whole(5)])
  const now = Date.prototype.toISOString
  t.teardown(() => {
    Date.prototype.toISOString = now
  })
  Date.prototype.toISOString = () => '1970-01-01T00:00:00.000Z'
  await life(place, [whole(6), own(1)])
  const text = await readFile(join(checkpointAt(place, 2), 'checkpoint.json'), 'utf8')
  t.is(JSON.parse(text).time, '1970-01-01T00:00:00.000Z')
  t.deepEqual((await life(place)).records, [whole(6), own(1)])
})

test("another peer's state, and that of another swarm, should be other folders", async (t) => {
  const place = await folder(t)
  await life(place, [whole(1), own(1)])
  for (const owner of [
    { ...OWNER, self: '12D3KooWAnother' },
    { ...OWNER, manifest: 'cd'.repeat(32) }
  ]) {
    const { store, records } = await StateStore.open<Kept>(place, owner, {
      layout: LAYOUT,
      keep: 2
    })
    t.deepEqual(records, [])
    await store.close()
  }
})

test('a replica of another length should be refused before anything is written', async (t) => {
  const place = await folder(t)
  const { store } = await open(place)
  const { compute, ...rest } = whole(1)
  for (const replica of [new Float32Array(3), new Float64Array(LAYOUT.length)]) {
    const vectors = { ...compute.vectors, replica }
    await t.throwsAsync(store.checkpoint({ ...rest, compute: { ...compute, vectors } }), {
      instanceOf: RangeError
    })
  }
  await store.close()
  t.deepEqual(await filesIn(place), [])
})

test('records of the version before checkpoints should not be forgotten in silence', async (t) => {
  const place = await folder(t)
  const old = join(place, `records-${'ab'.repeat(8)}-${OWNER.self.slice(-16)}.bin`)
  await writeFile(old, 'anything')
  const error = await t.throwsAsync(open(place), { instanceOf: InvalidInputError })
  t.is(error.problems[0]!.path, old)
  t.regex(error.message, /new peer/)
})

test('the newest records should stay when older checkpoints go, needed or not', async (t) => {
  const place = await folder(t)
  await life(place, [own(1), whole(1), whole(2), whole(3), whole(4)])
  t.true(existsSync(recordsAt(place, 0)))
  t.deepEqual((await life(place)).records, [whole(4)])
  await rm(checkpointsIn(place), { recursive: true })
  const { records, notices } = await life(place)
  t.deepEqual(records, [own(1)], 'what was signed is known still')
  t.deepEqual(notices, [])
})
