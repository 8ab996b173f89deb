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
import { alsoDies, chosen, FATES, once, recorder } from '../../helpers/mishaps.ts'
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
    for (const nth of chosen(moments)) {
      const { atMs, from, to } = moments[nth]!
      for (const [victim, whose] of [
        [from, 'sender'],
        [to, 'receiver']
      ] as const) {
        const what = `${kind} ${nth}: its ${whose}, ${victim}, dies at ${atMs}`
        const faults = alsoDies(SETTING.faults!, victim, atMs, RETURNING)
        const run = runFederated({ ...SETTING, faults })
        const crashes = run.swarm.faults.log.filter(({ event }) => event === 'crashed')
        // Who is told goodbye last has finished, and cannot die any more.
        const isGone = statuses(run.swarm)[victim] === 'finished'
        t.is(crashes.length, faults.length - (isGone ? 2 : 1), what)
        t.false(isGone && kind !== 'parted', what)
        isRight(t, run, SETTING, new Set([RETURNING, victim]), what)
      }
      for (const fate of FATES) {
        const { fired, fate: decide } = once<Message>(kind, nth, fate)
        const run = runFederated({ ...SETTING, fate: decide })
        t.is(fired.times, 1, `${kind} ${nth}: ${JSON.stringify(fate)} never happened`)
        isRight(t, run, SETTING, new Set([RETURNING]), `${kind} ${nth}: ${JSON.stringify(fate)}`)
      }
    }
  })
}
