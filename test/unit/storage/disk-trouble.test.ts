import { chmod, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { InvalidInputError, RunFailedError } from '../../../src/errors.ts'
import { StateStore } from '../../../src/storage/state-store.ts'
import { layoutOf } from '../../../src/vector/layout.ts'
import { type Decide, failingFiles } from './failing-files.ts'
import { folder } from './folder.ts'
import { canMount, smallDisk } from './small-disk.ts'
import {
  checkpointAt,
  checkpointsIn,
  type Kept,
  life,
  OWNER,
  open,
  own,
  owns,
  recordsAt,
  recordsIn,
  whole
} from './state.ts'

const CODES: ReadonlyArray<readonly [string, RegExp]> = [
  ['ENOSPC', /free some space/],
  ['EDQUOT', /quota/],
  ['EIO', /disk fails/],
  ['EROFS', /mount it writable/]
]

/** Lets one operation fail, or all from some one on, when armed. */
class Trouble {
  /** Operations that still work; null: all do. */
  left: number | null = null
  lasts = false
  happened = 0
  #code: string

  constructor(code: string) {
    this.#code = code
  }

  decide: Decide = () => {
    if (this.left === null) return null
    if (this.left-- > 0) return null
    if (!this.lasts) this.left = null
    else this.left = 0
    this.happened++
    return this.#code
  }
}

const keep = async (store: StateStore<Kept>, record: Kept): Promise<void> => {
  await (record.kind === 'own' ? store.append(record) : store.checkpoint(record))
}

const refusal = async (
  t: ExecutionContext,
  run: Promise<unknown>,
  path: string,
  code: string,
  remedy: RegExp
): Promise<void> => {
  const error = await t.throwsAsync(run, { instanceOf: RunFailedError })
  t.true(error.message.includes(`${path}: ${code} (`), error.message)
  t.regex(error.message, remedy)
}

/** The one operation, or the first of them, that fails: each in turn, until none is left to fail. */
const everyTrouble = async (
  t: ExecutionContext,
  lasts: boolean,
  run: (trouble: Trouble, place: string, n: number) => Promise<void>
): Promise<void> => {
  for (let n = 0; ; n++) {
    const place = await folder(t)
    await life(place, [own(1), whole(1), own(2)])
    const trouble = new Trouble('ENOSPC')
    trouble.lasts = lasts
    await run(trouble, place, n)
    if (trouble.happened > 0) continue
    t.true(n >= 20, `${n} operations`)
    return
  }
}

for (const lasts of [false, true]) {
  const when = lasts ? 'a while from any operation on' : 'any one operation'
  test(`a disk that refuses ${when} should lose nothing and double nothing`, async (t) => {
    await everyTrouble(t, lasts, async (trouble, place, n) => {
      const { store } = await open(place, 3, failingFiles(trouble.decide))
      trouble.left = n
      for (const record of [own(3), whole(2), own(4), own(5)]) {
        await keep(store, record).catch(async (error: Error) => {
          t.is(error.name, 'RunFailedError', `${n}: ${error.stack}`)
          t.regex(error.message, /: ENOSPC \(.*free some space/)
          trouble.left = null
          await keep(store, record)
        })
      }
      await store.close()
      t.deepEqual(await life(place), { records: [whole(2), ...owns(4, 5)], notices: [] }, `${n}`)
      const [oldest, ...newer] = (await readdir(checkpointsIn(place))).sort()
      t.is(oldest, '0000000001', 'the one before is still there, and nothing half-written')
      for (const name of newer) await rm(join(checkpointsIn(place), name), { recursive: true })
      t.deepEqual(await life(place), { records: [whole(1), ...owns(2, 5)], notices: [] }, `${n}`)
    })
  })
}

test('a process that ends while a disk refuses should leave the last good state', async (t) => {
  await everyTrouble(t, true, async (trouble, place, n) => {
    const { store } = await open(place, 2, failingFiles(trouble.decide))
    trouble.left = n
    const kept: Kept[] = []
    for (const record of owns(3, 5)) {
      await store.append(record).then(
        () => kept.push(record),
        () => {}
      )
    }
    const checkpointed = await store.checkpoint(whole(2)).then(
      () => true,
      () => false
    )
    await store.close()
    const { records, notices } = await life(place)
    t.deepEqual(notices, [], `${n}`)
    const [first, ...since] = records
    const round = first?.kind === 'checkpoint' ? first.round : null
    // What was refused at its last step may be there all the same.
    t.true(round === 2 || (round === 1 && !checkpointed), `${n}`)
    if (round !== 1) return
    t.deepEqual(since.slice(0, kept.length + 1), [own(2), ...kept], `${n}`)
    t.true(since.length <= kept.length + 2, `${n}`)
  })
})

for (const [code, remedy] of CODES) {
  test(`${code} should be said with the file and the remedy`, async (t) => {
    const place = await folder(t)
    const trouble = new Trouble(code)
    const { store } = await open(place, 2, failingFiles(trouble.decide))
    trouble.lasts = true
    trouble.left = 0
    await refusal(t, store.append(own(1)), recordsAt(place, 0), code, remedy)
    await refusal(t, store.checkpoint(whole(1)), checkpointAt(place, 1), code, remedy)
    await store.close()
  })
}

const onSmallDisk = canMount ? test : test.skip
const WHY = canMount ? '' : ' (needs root on Linux, to mount a file system)'

onSmallDisk(
  `a disk that is really full should take records again when there is room${WHY}`,
  async (t) => {
    const { place } = await smallDisk(t)
    await life(place, [whole(1), own(1)])
    const { store } = await open(place)
    const ballast = join(place, 'ballast')
    await writeFile(ballast, Buffer.alloc(2 ** 20)).catch(() => {})
    let seq = 2
    const full = async (): Promise<void> => {
      for (; ; seq++) await store.append(own(seq, 1500))
    }
    await refusal(t, full(), recordsAt(place, 1), 'ENOSPC', /free some space/)
    await refusal(t, store.append(own(seq, 1500)), recordsAt(place, 1), 'ENOSPC', /free some space/)
    await rm(ballast)
    for (const last = seq + 20; seq <= last; seq++) await store.append(own(seq, 1500))
    await store.close()
    const { records, notices } = await life(place)
    const kept = Array.from({ length: seq - 2 }, (_, i) => own(i + 2, 1500))
    t.deepEqual(records, [whole(1), own(1), ...kept])
    t.deepEqual(notices, [])
  }
)

/** Two of these fit on the small disk, three do not. */
const LARGE = layoutOf([{ name: 'kernel', shape: [300, 300] }])
const large = (round: number): Kept => {
  const vectors = { replica: new Float32Array(LARGE.length).fill(round) }
  return { kind: 'checkpoint', round, cut: [], compute: { vectors, data: null } }
}
const openLarge = (place: string) => StateStore.open<Kept>(place, OWNER, { layout: LARGE, keep: 2 })

onSmallDisk(
  `a checkpoint that a full disk refuses should leave the one before${WHY}`,
  async (t) => {
    const { place } = await smallDisk(t)
    const ballast = join(place, 'ballast')
    const { store } = await openLarge(place)
    await keep(store, large(1))
    await store.append(own(1))
    await writeFile(ballast, Buffer.alloc(500_000))
    const refused = keep(store, large(2))
    await refusal(t, refused, checkpointAt(place, 2), 'ENOSPC', /free some space/)
    t.deepEqual(await readdir(checkpointsIn(place)), ['0000000001'])
    await store.append(own(2))
    await store.close()

    const second = await openLarge(place)
    t.deepEqual(second.records, [large(1), ...owns(1, 2)])
    await rm(ballast)
    await keep(second.store, large(3))
    await second.store.close()
    const third = await openLarge(place)
    t.deepEqual(third.records, [large(3)])
    await third.store.close()
  }
)

onSmallDisk(
  `a file system that becomes read-only should be said, and be lived through${WHY}`,
  async (t) => {
    const { place, remount } = await smallDisk(t)
    const { store } = await open(place)
    await store.append(own(1))
    await store.close()
    const again = await open(place)
    await remount('ro')
    const [path, remedy] = [recordsAt(place, 0), /mount it writable/]
    await refusal(t, again.store.append(own(2)), path, 'EROFS', remedy)
    await refusal(t, again.store.checkpoint(whole(1)), checkpointAt(place, 1), 'EROFS', remedy)
    const error = await t.throwsAsync(open(place), { instanceOf: InvalidInputError })
    t.true([checkpointsIn(place), recordsIn(place)].includes(error.problems[0]!.path))
    t.regex(error.message, /cannot be written to: EROFS \(.*mount it writable/)
    await remount('rw')
    await again.store.append(own(2))
    await again.store.close()
    t.deepEqual((await life(place)).records, owns(1, 2))
  }
)

test('a state folder that cannot be made should be refused with the remedy', async (t) => {
  const place = await folder(t)
  await writeFile(join(place, 'checkpoints'), 'a file')
  const error = await t.throwsAsync(open(place), { instanceOf: InvalidInputError })
  t.is(error.problems[0]!.path, checkpointsIn(place))
  t.regex(error.message, /cannot be written to: (ENOTDIR|EEXIST)/)
})

const bound = process.getuid?.() === 0 ? test.skip : test

bound(
  'a state folder that this user may not write to should be refused (not for root)',
  async (t) => {
    const place = await folder(t)
    await life(place, [own(1)])
    await chmod(checkpointsIn(place), 0o555)
    const error = await t.throwsAsync(open(place), { instanceOf: InvalidInputError })
    t.true(error.message.startsWith(`${checkpointsIn(place)}: cannot be written to: EACCES`))
  }
)
