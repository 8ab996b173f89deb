import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import { makeInvite, passFor, signEnvelope } from '../../../src/network/door/signing.ts'
import { peerNameOf } from '../../../src/network/peer-name.ts'
import type { PeerConfig } from '../../../src/peer/config.ts'
import type { Log } from '../../../src/peer/log.ts'
import { openMembership } from '../../../src/peer/membership-rules.ts'
import { Undo } from '../../../src/peer/undo.ts'
import { toBase64url } from '../../../src/swarm/base64url.ts'
import { inviteText } from '../../../src/swarm/invite.ts'
import { type Manifest, manifestHash } from '../../../src/swarm/manifest.ts'
import { CREATOR_SEED, manifestOf } from '../../helpers/signed-swarm.ts'

const [SELF, OTHER] = await Promise.all([1, 2].map((n) => peerNameOf(new Uint8Array(32).fill(n))))
const INVITING = manifestOf({ admission: { kind: 'invite' } })

const open = async (t: ExecutionContext, manifest: Manifest, change: object = {}, state = '') => {
  const folder = state === '' ? await mkdtemp(join(tmpdir(), 'swarmgrad-membership-')) : state
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const warnings: string[] = []
  const given = { invite: null, signature: null, peers: [], bootstrap: [], role: 'trainer' }
  const rules = await openMembership({
    config: { state: folder, ...given, ...change } as unknown as PeerConfig,
    manifest,
    self: SELF!,
    program: 'test',
    log: { warn: (text: string) => void warnings.push(text) } as unknown as Log,
    undo: new Undo()
  })
  return { ...rules, warnings, folder }
}

const problemOf = async (opening: Promise<unknown>): Promise<string> => {
  try {
    await opening
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message
    throw error
  }
  return 'none'
}

const inviteFor = async (manifest: typeof INVITING, expires = 0, seed = CREATOR_SEED) =>
  inviteText(await makeInvite(manifestHash(manifest), seed, { expires, uses: 0 }))

test('should ask for nothing where everybody may come', async (t) => {
  const { pass, warnings, parts, door, mayOriginate } = await open(t, manifestOf())
  t.is(pass, null)
  t.deepEqual([warnings, parts], [[], []])
  t.true(door?.gatekeeper.open)
  t.true(mayOriginate(OTHER!))
  const { creator: _, ...nobodys } = manifestOf()
  t.is((await open(t, nobodys)).door, null)
})

test('should show a pass where the swarm takes one', async (t) => {
  const { pass, warnings } = await open(t, INVITING, { invite: await inviteFor(INVITING) })
  t.deepEqual(warnings, [])
  t.is(pass?.expires, 0)
  const expired = await open(t, INVITING, { invite: await inviteFor(INVITING, 1000) })
  t.regex(expired.warnings[0]!, /has expired \(1970-01-01T00:00:01/)
})

test('should refuse an invite of another swarm or of somebody else, what is none, and none', async (t) => {
  const another = await inviteFor(manifestOf({ seed: 7 }))
  const forged = await inviteFor(INVITING, 0, new Uint8Array(32).fill(9))
  for (const invite of [another, forged]) {
    t.regex(await problemOf(open(t, INVITING, { invite })), /invite: is none of this swarm/)
  }
  t.regex(await problemOf(open(t, INVITING, { invite: 'AAAA' })), /invite: is no invite/)
  t.regex(await problemOf(open(t, INVITING)), /invite: missing/)
  const { creator: _, ...nobodys } = INVITING
  t.regex(await problemOf(open(t, nobodys)), /invites of a creator, and names none/)
})

test('should not start where the list leaves it out, unless it only helps others', async (t) => {
  const listing = (peer: string) => manifestOf({ admission: { kind: 'allow-list', peers: [peer] } })
  t.regex(await problemOf(open(t, listing(OTHER!))), /is not among them/)
  await t.notThrowsAsync(open(t, listing(OTHER!), { role: 'bootstrap' }))
  const { mayOriginate } = await open(t, listing(SELF!))
  t.true(mayOriginate(SELF!))
  t.false(mayOriginate(OTHER!))
  const { creator: _, ...nobodys } = listing(SELF!)
  t.not((await open(t, nobodys)).door, null, 'a list holds without a creator, too')
})

test('should give out the manifest with the signature of its creator, and with no other', async (t) => {
  const manifest = manifestOf()
  const { signature } = await signEnvelope(manifest, CREATOR_SEED)
  const { parts } = await open(t, manifest, { signature: toBase64url(signature) })
  t.is(parts.length, 1)
  for (const wrong of [toBase64url(new Uint8Array(64)), 'x', '']) {
    t.regex(
      await problemOf(open(t, manifest, { signature: wrong })),
      /signature: is not the creator/
    )
  }
})

test('should let in by their old invites those that its operator names, and remember them', async (t) => {
  const hash = manifestHash(INVITING)
  const old = await makeInvite(hash, CREATOR_SEED, { expires: 1000, uses: 0 })
  const pass = await passFor(old, hash, OTHER!)
  const peers = [`/ip4/192.0.2.1/tcp/4001/p2p/${OTHER}`]
  const own = { invite: await inviteFor(INVITING) }
  const first = await open(t, INVITING, own)
  t.is(await first.door!.gatekeeper.admit(OTHER!, pass), 'invite-expired')
  first.configure({ peers, bootstrap: [] as string[] } as unknown as PeerConfig)
  t.is(await first.door!.gatekeeper.admit(OTHER!, pass), 'admitted')
  t.is(await first.save(), null)
  const again = await open(t, INVITING, own, first.folder)
  t.is(again.door!.gatekeeper.admit(OTHER!, null), 'admitted')
})
