/** A shard's table as bytes: the first piece of what a new replica fetches. */

import type { Bytes } from '../../vector/vector.ts'
import { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { Role } from './kinds.ts'
import { MAX_NAME_BYTES } from './limits.ts'
import { MAX_PARTICIPANTS, ShardTable, type TableOptions } from './shard-table.ts'

const ROLES: readonly Role[] = ['follower', 'trainer', 'server']
const FLAG = { active: 4, complete: 8, late: 16, pushed: 32, drawn: 64 } as const
const MAX_FLAGS = 127

export const encodeTable = (table: ShardTable): Bytes => {
  const writer = new ByteWriter()
  writer.varint(table.op).varint(table.version).varint(table.round)
  writer
    .u8(table.open ? 1 : 0)
    .varint(table.total)
    .varint(table.participants.size)
  for (const [peer, { life, role, seq, clock, ...flags }] of table.participants) {
    let bits = ROLES.indexOf(role)
    if (flags.active) bits |= FLAG.active
    if (flags.complete) bits |= FLAG.complete
    if (flags.late) bits |= FLAG.late
    if (flags.pushed) bits |= FLAG.pushed
    if (flags.drawn) bits |= FLAG.drawn
    writer.text(peer).u32(life).u8(bits).varint(seq).varint(clock)
  }
  return writer.done()
}

/** Null: it is none. */
export const decodeTable = (
  bytes: Uint8Array,
  options: TableOptions,
  shard: number
): ShardTable | null => {
  const reader = new ByteReader(bytes)
  const table = new ShardTable(options, shard)
  table.op = reader.varint()
  table.version = reader.varint()
  table.round = reader.varint()
  const open = reader.u8()
  table.open = open === 1
  table.total = reader.varint()
  const count = reader.varint(MAX_PARTICIPANTS)
  for (let i = 0; i < count && !reader.failed; i++) {
    const peer = reader.text(MAX_NAME_BYTES)
    const life = reader.u32()
    const bits = reader.u8()
    const role = ROLES[bits & 3]
    if (role === undefined || bits > MAX_FLAGS) return null
    table.participants.set(peer, {
      life,
      role,
      active: (bits & FLAG.active) !== 0,
      complete: (bits & FLAG.complete) !== 0,
      late: (bits & FLAG.late) !== 0,
      pushed: (bits & FLAG.pushed) !== 0,
      drawn: (bits & FLAG.drawn) !== 0,
      seq: reader.varint(),
      clock: reader.varint()
    })
  }
  return reader.complete && open <= 1 && table.participants.size === count ? table : null
}
