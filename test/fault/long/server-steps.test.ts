/**
 * A mishap at every step of a parameter server's protocol: with each kind of message, the first and a later
 * one of it, its sender dies, its receiver dies, its receiver stalls, or it is lost, comes twice or comes
 * after the next one. Whatever happens, those that stay finish, each of their pushes counts once in every
 * shard, no acknowledged push of the others is missing, and no two peers serve a shard in one term.
 */
import test, { type ExecutionContext } from 'ava'
import { KIND } from '../../../src/strategy/parameter-server/codec.ts'
import type { Message } from '../../../src/strategy/parameter-server/kinds.ts'
import { statuses } from '../../helpers/faulty-swarm.ts'
import { mishapsWith, recorder } from '../../helpers/mishaps.ts'
import { ALL_ROLES, RETURNING } from '../../helpers/server-plans.ts'
import {
  countsOf,
  createServerSwarm,
  runServers,
  type ServerSetting,
  type ServerSwarm
} from '../../helpers/server-swarm.ts'

const SHARDS = 2
const PEERS = ALL_ROLES.peers

const SETTING: ServerSetting = {
  ...ALL_ROLES,
  rounds: 50,
  strategy: { ...ALL_ROLES.strategy, shards: SHARDS, patienceMs: 2000 }
}

const run = (setting: ServerSetting): ServerSwarm => {
  const made = createServerSwarm(setting)
  made.swarm.begin()
  runServers(made)
  return made
}

const { moments: MOMENTS, fate: record } = recorder<Message>()
run({ ...SETTING, fate: record })

const KINDS = Object.keys(KIND) as Array<Message['kind']>

/** `away`: peers that may be missing some of their pushes, since they have lost a life. */
const isRight = (
  t: ExecutionContext,
  made: ServerSwarm,
  away: ReadonlySet<number>,
  what: string
): void => {
  for (let peer = 0; peer < PEERS; peer++) {
    const counts = countsOf(made, PEERS, peer)
    const issued = made.issued[peer]!
    const acknowledged = Array.from(
      { length: SHARDS },
      (_, shard) =>
        [...made.acknowledged[peer]!].filter((push) => push.startsWith(`${shard} `)).length
    )
    counts.forEach((count, i) => {
      const least = away.has(peer)
        ? acknowledged[Math.floor((i * SHARDS) / counts.length)]!
        : issued
      t.true(count <= issued && count >= least, `${what}: peer ${peer}: ${count} of ${issued}`)
    })
  }
  for (const [term, primaries] of made.answered) t.is(primaries.size, 1, `${what}: term ${term}`)
  statuses(made.swarm).forEach((status, peer) => {
    if (!away.has(peer)) t.is(status, 'finished', `${what}: peer ${peer}`)
  })
}

test('the undisturbed run should say every kind of message, and count every push once', (t) => {
  for (const kind of KINDS) t.true((MOMENTS.get(kind)?.length ?? 0) > 0, kind)
  isRight(t, run(SETTING), new Set([RETURNING]), 'undisturbed')
})

for (const kind of KINDS) {
  test(`should survive a mishap with each ${kind}`, (t) => {
    const moments = MOMENTS.get(kind)!
    const mishaps = mishapsWith<Message>(kind, moments, SETTING.faults!, RETURNING)
    for (const { what, victim, setting, fired } of mishaps) {
      const made = run({ ...SETTING, ...setting })
      if (victim === null) t.is(fired.times, 1, `${what} never happened`)
      else {
        const crashes = made.swarm.faults.log.filter(({ event }) => event === 'crashed')
        t.is(crashes.length, victim === RETURNING ? 1 : 2, what)
      }
      isRight(t, made, new Set([RETURNING, victim ?? RETURNING]), what)
    }
  })
}
