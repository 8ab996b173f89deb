/** What a coordinator's table makes of draws, drop-outs and updates that come late. */
import test from 'ava'
import type { Job, Op } from '../../../../src/strategy/parameter-server/kinds.ts'
import { decodeTable, encodeTable } from '../../../../src/strategy/parameter-server/saved-table.ts'
import {
  ShardTable,
  type TableOptions
} from '../../../../src/strategy/parameter-server/shard-table.ts'

const ROUNDS = 3
const PEERS = ['a', 'b', 'c', 'd']

/** Two in each round: the first two of the alphabet from the round's letter on. */
const options: TableOptions = {
  ...{ mode: 'synchronous', bound: 0, staleness: 'none', weighting: 'samples' },
  sampling: {
    rounds: ROUNDS,
    draw: (round, trainers) => {
      const sorted = [...trainers].sort()
      const turned = [...sorted.slice(round), ...sorted.slice(0, round)]
      return turned.slice(0, 2)
    }
  }
}

const begun = (): ShardTable => {
  const table = new ShardTable(options, 0)
  for (const peer of PEERS) table.apply({ kind: 'join', peer, life: 1, role: 'trainer' })
  table.apply({ kind: 'open' })
  return table
}

const push = (table: ShardTable, peer: string, base: number, seq = base + 1): readonly Job[] => {
  const op: Op = { kind: 'push', peer, seq, base, weight: 4, bytes: new Uint8Array(4) }
  return table.apply(op)
}

const drawn = (table: ShardTable): string =>
  [...table.participants]
    .flatMap(([peer, { drawn }]) => (drawn ? [peer] : []))
    .sort()
    .join('')

const kinds = (jobs: readonly Job[]): string => jobs.map(({ kind }) => kind).join()

const mayGoOn = (table: ShardTable, version: number): string =>
  PEERS.filter((peer) => table.mayGoOn(table.participants.get(peer)!, version)).join('')

test('should close a round when all who were drawn have pushed, and draw the next', (t) => {
  const table = begun()
  t.is(drawn(table), 'ab')
  t.is(mayGoOn(table, 0), 'ab')
  t.is(mayGoOn(table, -1), 'abcd', 'who comes has the model once')
  t.deepEqual(table.laggards, ['a', 'b'])
  t.is(kinds(push(table, 'a', 0)), 'gather')
  t.deepEqual(table.laggards, ['b'])
  t.is(mayGoOn(table, 0), 'b')
  t.is(kinds(push(table, 'b', 0)), 'gather,close')
  t.deepEqual([table.round, table.version, drawn(table)], [1, 1, 'bc'])
  push(table, 'b', 1)
  push(table, 'c', 1)
  t.is(drawn(table), 'cd')
  push(table, 'c', 2)
  push(table, 'd', 2)
  t.is(table.round, ROUNDS)
  t.is(drawn(table), '', 'there is no further round')
  t.is(mayGoOn(table, 2), 'abcd', 'everybody has the last model')
})

test('a client that drops out should cost its update and nothing else', (t) => {
  const table = begun()
  push(table, 'a', 0)
  t.is(kinds(table.apply({ kind: 'drop', peer: 'b' })), 'close')
  t.is(drawn(table), 'cd', 'b is not drawn while it is away')
  t.is(kinds(push(table, 'b', 0)), '', 'too late')
  t.true(table.participants.get('b')!.late)
  t.true(table.participants.get('b')!.active, 'and it is back')
})

test('a round that all have dropped out of should be given to others', (t) => {
  const table = begun()
  table.apply({ kind: 'drop', peer: 'a' })
  t.is(drawn(table), 'b')
  table.apply({ kind: 'drop', peer: 'b' })
  t.is(drawn(table), 'cd')
  t.is(table.round, 0)
  // What was made from the same model counts, whoever is drawn now.
  t.is(kinds(push(table, 'a', 0)), 'gather')
  push(table, 'c', 0)
  t.is(kinds(push(table, 'd', 0)), 'gather,close')
})

test('a round without anybody should wait for who comes', (t) => {
  const table = begun()
  for (const peer of PEERS) table.apply({ kind: 'drop', peer })
  t.deepEqual([drawn(table), table.round], ['', 0])
  table.apply({ kind: 'join', peer: 'e', life: 1, role: 'trainer' })
  t.is(drawn(table), 'e')
})

test('an update should count once, however often it comes', (t) => {
  const table = begun()
  push(table, 'a', 0)
  t.is(kinds(push(table, 'a', 0)), '')
  t.is(kinds(push(table, 'b', 0)), 'gather,close')
  t.is(kinds(push(table, 'b', 0)), '')
  t.is(table.round, 1)
})

test('a copy of the table should know who is drawn', (t) => {
  const table = begun()
  push(table, 'b', 0)
  const copy = decodeTable(encodeTable(table), options, 0)!
  t.is(drawn(copy), 'ab')
  for (const one of [table, copy]) t.is(kinds(push(one, 'a', 0)), 'gather,close')
  t.is(drawn(copy), drawn(table))
  t.deepEqual(encodeTable(copy), encodeTable(table))
})
