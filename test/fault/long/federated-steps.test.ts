/**
 * A mishap at every step of federated averaging: with each kind of message, the first and a later one of it,
 * its sender dies, its receiver dies, its receiver stalls, or it is lost, comes twice or comes after the next
 * one. Whatever happens, those that stay finish with one model, every round is closed once with the mean of
 * the updates that were counted in it, no acknowledged update is missing, and no two peers coordinate in one
 * term.
 */
import test from 'ava'
import { KIND } from '../../../src/strategy/parameter-server/codec.ts'
import type { Message } from '../../../src/strategy/parameter-server/kinds.ts'
import { statuses } from '../../helpers/faulty-swarm.ts'
import { isRight, runFederated } from '../../helpers/federated-swarm.ts'
import { mishapsWith, recorder } from '../../helpers/mishaps.ts'
import { ALL_ROLES, RETURNING } from '../../helpers/server-plans.ts'
import type { ServerSetting } from '../../helpers/server-swarm.ts'

const SETTING: ServerSetting = {
  ...ALL_ROLES,
  rounds: 60,
  strategy: { ...ALL_ROLES.strategy, fraction: 0.6, deadlineMs: 2000 }
}

const { moments: MOMENTS, fate: record } = recorder<Message>()
runFederated({ ...SETTING, fate: record })

const KINDS = Object.keys(KIND) as Array<Message['kind']>

test('the undisturbed run should say every kind of message', (t) => {
  for (const kind of KINDS) t.true((MOMENTS.get(kind)?.length ?? 0) > 0, kind)
  isRight(t, runFederated(SETTING), SETTING, new Set([RETURNING]), 'undisturbed')
})

for (const kind of KINDS) {
  test(`should survive a mishap with each ${kind}`, (t) => {
    const moments = MOMENTS.get(kind) ?? []
    const mishaps = mishapsWith<Message>(kind, moments, SETTING.faults!, RETURNING)
    for (const { what, victim, setting, fired } of mishaps) {
      const run = runFederated({ ...SETTING, ...setting })
      if (victim === null) t.is(fired.times, 1, `${what} never happened`)
      else {
        const crashes = run.swarm.faults.log.filter(({ event }) => event === 'crashed')
        // Who is told goodbye last has finished, and cannot die any more.
        const isGone = statuses(run.swarm)[victim] === 'finished'
        const dying = victim === RETURNING ? 1 : 2
        t.is(crashes.length, dying - (isGone ? 1 : 0), what)
        t.false(isGone && kind !== 'parted', what)
      }
      isRight(t, run, SETTING, new Set([RETURNING, victim ?? RETURNING]), what)
    }
  })
}
