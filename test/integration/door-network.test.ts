/** Whole networks with a door: links and presence of those that belong, and of those that do not. */
import test, { type ExecutionContext } from 'ava'
import { Gatekeeper } from '../../src/network/door/gatekeeper.ts'
import { makeInvite, passFor } from '../../src/network/door/signing.ts'
import { peerNameOf } from '../../src/network/peer-name.ts'
import type { Pass } from '../../src/swarm/invite.ts'
import { type AdmissionRules, Admissions } from '../../src/swarm/passes.ts'
import { CREATOR, CREATOR_SEED } from '../helpers/signed-swarm.ts'
import { createPeer, HASH, linkUp, type Peer, seedOf, wants } from './network-harness.ts'

const BY_INVITE = { admission: { kind: 'invite' }, creator: CREATOR } as const
const invite = await makeInvite(HASH, CREATOR_SEED, { expires: 1000, uses: 0 })
const names = await Promise.all([0, 1, 2, 3].map((seed) => peerNameOf(seedOf(seed))))
const passOf = (seed: number): Promise<Pass> => passFor(invite, HASH, names[seed]!)

const guarded = (
  t: ExecutionContext,
  seed: number,
  rules: AdmissionRules,
  pass: Pass | null = null,
  clock = { now: 500 },
  introduced: readonly string[] = []
): Promise<Peer> => {
  const admissions = new Admissions(rules, HASH)
  admissions.introduce(introduced)
  const gatekeeper = new Gatekeeper(admissions, () => clock.now)
  return createPeer(t, seed, { door: { program: 'test', gatekeeper, pass } })
}

const say = (peer: Peer, round: number, pass: Pass | null): void =>
  peer.network.announce({ round, loss: null, addresses: [], pass })

const heardFrom = (listener: Peer, speaker: Peer): boolean =>
  listener.recorder.events.some((event) => event.type === 'presence' && event.peer === speaker.name)

test('should link those that have come by invites, and no others', async (t) => {
  const [a, b, stranger] = [
    await guarded(t, 1, BY_INVITE, await passOf(1)),
    await guarded(t, 2, BY_INVITE, await passOf(2)),
    await guarded(t, 3, BY_INVITE)
  ]
  wants(stranger, a)
  const { why, by, text } = await stranger.recorder.next('refused')
  t.is(`${by} ${why}`, 'other no-invite')
  t.regex(text, /ask the creator for a link with one/)
  say(stranger, 1, null)
  await linkUp(a, b)
  for (const peer of [a, b]) say(peer, 5, await passOf(peer === a ? 1 : 2))
  await a.recorder.next('presence', ({ peer }) => peer === b.name)
  await b.recorder.next('presence', ({ peer }) => peer === a.name)
  // It hears them over the connection that it has, so they would have heard it, too.
  await stranger.recorder.next('presence', ({ peer }) => peer === a.name)
  say(b, 6, await passOf(2))
  await a.recorder.next('presence', ({ presence }) => presence.round === 6)
  t.false(heardFrom(a, stranger))
  t.deepEqual(stranger.recorder.history, [])
})

test('should link those on the list, and no others', async (t) => {
  const rules = { admission: { kind: 'allow-list' as const, peers: [names[1]!, names[2]!] } }
  const [a, b, stranger] = [
    await guarded(t, 1, rules),
    await guarded(t, 2, rules),
    await guarded(t, 3, rules)
  ]
  wants(stranger, a)
  wants(a, stranger)
  const [there, here] = await Promise.all([
    stranger.recorder.next('refused'),
    a.recorder.next('refused')
  ])
  t.is(`${there.by} ${there.why}`, 'other not-listed')
  t.is(here.why, 'not-listed')
  await linkUp(b, a)
  t.deepEqual(stranger.recorder.history, [])
})

test('should find its way into a swarm whose first invites have expired', async (t) => {
  const clock = { now: 500 }
  const [a, b] = [
    await guarded(t, 1, BY_INVITE, await passOf(1), clock),
    await guarded(t, 2, BY_INVITE, await passOf(2), clock)
  ]
  await linkUp(a, b)
  clock.now = 1500
  const today = await makeInvite(HASH, CREATOR_SEED, { expires: 2000, uses: 0 })
  const pass = await passFor(today, HASH, names[3]!)
  // The link names A. Of B it knows nothing.
  const late = await guarded(t, 3, BY_INVITE, pass, clock, [a.name])
  wants(b, late)
  t.is((await b.recorder.next('refused')).why, 'invite-expired', 'nobody could be asked yet')
  await linkUp(late, a)
  say(b, 7, await passOf(2))
  // A says that it has let B in.
  await late.recorder.next('presence', ({ peer }) => peer === b.name)
  await b.recorder.untilLink(late.name, 'up')
})
