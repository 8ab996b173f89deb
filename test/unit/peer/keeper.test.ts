import test from 'ava'
import { RunFailedError } from '../../../src/errors.ts'
import { Keeper, type KeeperHooks } from '../../../src/peer/keeper.ts'
import type { Checkpoint } from '../../../src/strategy/strategy.ts'

const FULL = new RunFailedError('the disk is full')

/** A disk that refuses the next `refusals` writes. */
const createDisk = () => {
  const disk = { refusals: 0, closed: false, records: [] as string[] }
  const write = (kind: string): void => {
    if (disk.refusals === 0) {
      disk.records.push(kind)
      return
    }
    disk.refusals--
    throw FULL
  }
  return {
    disk,
    store: {
      append: async ({ kind }: { readonly kind: string }) => write(kind),
      checkpoint: async ({ kind }: { readonly kind: string }) => {
        write(kind)
        return { bytes: 7, path: 'nowhere' }
      },
      close: async () => {
        disk.closed = true
      }
    }
  }
}

const createHooks = () => {
  const events: string[] = []
  const hooks: KeeperHooks = {
    refused: (what, error) => events.push(`refused ${what}: ${error.message}`),
    recovered: (what) => events.push(`recovered ${what}`),
    checkpointed: ({ round, bytes }) => events.push(`checkpointed ${round}, ${bytes} bytes`)
  }
  return { events, hooks }
}

const CHECKPOINT: Checkpoint = {
  kind: 'checkpoint',
  round: 3,
  compute: { vectors: {}, data: null }
}

test('a record that a full disk refuses should be kept later, and those behind it in order', async (t) => {
  const { disk, store } = createDisk()
  const { events, hooks } = createHooks()
  const pauses: number[] = []
  const keeper = new Keeper(store, hooks, async (pause) => void pauses.push(pause))
  disk.refusals = 3
  const kept: string[] = []
  const all = new Promise<void>((resolve) => {
    keeper.persist({ kind: 'first' }, () => kept.push('first'))
    keeper.persist({ kind: 'second' }, () => {
      kept.push('second')
      resolve()
    })
  })
  await all
  t.deepEqual(disk.records, ['first', 'second'])
  t.deepEqual(kept, ['first', 'second'])
  t.deepEqual(pauses, [250, 500, 1000])
  const refused = 'refused record: the disk is full'
  t.deepEqual(events, [refused, refused, refused, 'recovered record'])
})

test('a checkpoint that cannot be written should be given up, and the next one tried', async (t) => {
  const { disk, store } = createDisk()
  const { events, hooks } = createHooks()
  const keeper = new Keeper(store, hooks)
  disk.refusals = 1
  const kept: boolean[] = []
  await keeper.checkpoint(CHECKPOINT, (done) => kept.push(done))
  await keeper.checkpoint(CHECKPOINT, (done) => kept.push(done))
  t.deepEqual(kept, [false, true])
  t.deepEqual(events, [
    'refused checkpoint: the disk is full',
    'recovered checkpoint',
    'checkpointed 3, 7 bytes'
  ])
})

test('a keeper that stops should wait for nothing that the disk refuses', async (t) => {
  const { disk, store } = createDisk()
  disk.refusals = Infinity
  const refused = Promise.withResolvers<void>()
  const keeper = new Keeper(store, {
    refused: () => refused.resolve(),
    recovered: () => t.fail(),
    checkpointed: () => t.fail()
  })
  keeper.persist({ kind: 'lost' }, () => t.fail('it was not kept'))
  await refused.promise
  await keeper.stop()
  t.true(disk.closed)
  t.deepEqual(disk.records, [])
})
