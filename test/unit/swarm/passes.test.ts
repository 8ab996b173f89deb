import test from 'ava'
import { seeded } from '../../../src/random.ts'
import type { Pass } from '../../../src/swarm/invite.ts'
import { Admissions } from '../../../src/swarm/passes.ts'

const HASH = 'ab'.repeat(32)
const CREATOR = '12D3KooWGRUbxSGpuMCSWpZs3rDkRzFCX1ZbhwSJVvAaLKZ4sRTU'
const BY_INVITE = { admission: { kind: 'invite' }, creator: CREATOR } as const

const pass = (key: number, terms: Partial<Pass> = {}): Pass => ({
  key: new Uint8Array(32).fill(key),
  expires: 0,
  uses: 0,
  signature: new Uint8Array(64),
  claim: new Uint8Array(64),
  ...terms
})

const GOOD = { now: 1000, signed: true, vouched: false }

test('should admit everybody where the manifest says nothing', (t) => {
  for (const rules of [{}, { admission: { kind: 'open' } as const, creator: CREATOR }]) {
    const admissions = new Admissions(rules, HASH)
    t.true(admissions.open)
    t.is(admissions.glance('anybody', null), 'admitted')
    t.true(admissions.mayOriginate('anybody'))
  }
})

test('should admit those on the list, and the creator', (t) => {
  const admission = { kind: 'allow-list' as const, peers: ['a', 'b'] }
  const admissions = new Admissions({ admission, creator: CREATOR }, HASH)
  for (const peer of ['a', 'b', CREATOR]) {
    t.is(admissions.glance(peer, null), 'admitted')
    t.true(admissions.mayOriginate(peer))
  }
  t.is(admissions.glance('c', pass(1)), 'not-listed')
  t.false(admissions.mayOriginate('c'))
})

test('should say what is wrong with a pass', (t) => {
  const admissions = new Admissions(BY_INVITE, HASH)
  const decide = (peer: string, shown: Pass, change: Partial<typeof GOOD> = {}) =>
    admissions.decide(peer, shown, { ...GOOD, ...change })
  t.is(admissions.glance('a', null), 'no-invite')
  t.is(admissions.glance('a', pass(1)), null, 'the signatures decide')
  t.is(admissions.glance(CREATOR, null), 'admitted')
  t.is(decide('a', pass(1), { signed: false }), 'invite-forged')
  t.is(decide('a', pass(1, { expires: 1000 })), 'invite-expired')
  t.is(decide('a', pass(1, { expires: 1001 })), 'admitted')
  t.is(decide('b', pass(1, { expires: 1001 }), { now: 1001 }), 'invite-expired')
  t.is(admissions.glance('a', null), 'admitted', 'who has come in stays')
  t.true(admissions.mayOriginate('nobody knows'), 'who has come by another member')
})

test('should let in as many as an invite is for, and each of them again', (t) => {
  const admissions = new Admissions(BY_INVITE, HASH)
  const two = pass(1, { uses: 2 })
  t.is(admissions.decide('a', two, GOOD), 'admitted')
  t.is(admissions.decide('a', two, GOOD), 'admitted')
  t.is(admissions.decide('b', two, GOOD), 'admitted')
  t.is(admissions.decide('c', two, GOOD), 'invite-used-up')
  t.is(admissions.decide('a', two, GOOD), 'admitted')
  t.is(admissions.decide('c', pass(2, { uses: 1 }), GOOD), 'admitted', 'by another invite')
  t.is(admissions.decide('d', two, { ...GOOD, signed: false }), 'invite-forged')
})

test('should believe that a peer came in time when a member passes on its word', (t) => {
  const admissions = new Admissions(BY_INVITE, HASH)
  const old = pass(1, { expires: 10, uses: 1 })
  t.is(admissions.decide('a', old, { ...GOOD, vouched: true, signed: false }), 'invite-forged')
  t.is(admissions.decide('a', old, { ...GOOD, vouched: true }), 'admitted')
  t.is(admissions.decide('b', old, { ...GOOD, vouched: true }), 'invite-used-up')
})

test('should believe whom its operator names, as far as time goes', (t) => {
  const admissions = new Admissions(BY_INVITE, HASH)
  const old = pass(1, { expires: 10, uses: 1 })
  admissions.introduce(['a', 'b', 'c'])
  t.is(admissions.glance('a', null), 'no-invite')
  t.is(admissions.decide('a', old, { ...GOOD, signed: false }), 'invite-forged')
  t.is(admissions.decide('a', old, GOOD), 'admitted')
  t.is(admissions.decide('b', old, GOOD), 'invite-used-up')
  admissions.introduce([])
  t.is(admissions.decide('c', pass(2, { expires: 10 }), GOOD), 'invite-expired')
})

test('should remember over a restart who has come, and say when there is something to remember', (t) => {
  const admissions = new Admissions(BY_INVITE, HASH)
  const two = pass(1, { uses: 2, expires: 1001 })
  t.is(admissions.revision, 0)
  admissions.decide('a', two, GOOD)
  t.is(admissions.revision, 1)
  admissions.decide('a', two, GOOD)
  t.is(admissions.revision, 1, 'nothing new')
  admissions.decide('b', two, GOOD)
  const again = new Admissions(BY_INVITE, HASH, admissions.seats)
  t.deepEqual(again.seats, admissions.seats)
  t.is(again.revision, 0)
  t.is(again.glance('a', null), 'admitted')
  t.is(again.decide('b', two, { ...GOOD, now: 5000 }), 'admitted')
  t.is(again.decide('c', two, GOOD), 'invite-used-up')
})

test('should stay bounded, whoever makes up identities', (t) => {
  const admissions = new Admissions(BY_INVITE, HASH)
  for (let i = 0; i < 5000; i++) admissions.decide(`peer-${i}`, pass(1), GOOD)
  t.is(admissions.seats.length, 4096)
  t.is(admissions.decide('peer-0', pass(1), GOOD), 'admitted', 'it is no worse off for that')
  const many = new Admissions(BY_INVITE, HASH)
  const numbered = (i: number) => pass(0, { key: Uint8Array.of(i >> 8, i, ...new Uint8Array(30)) })
  for (let i = 0; i < 1024; i++) t.is(many.decide(`peer-${i}`, numbered(i), GOOD), 'admitted')
  t.is(many.decide('one more', numbered(1024), GOOD), 'full')
  t.is(many.decide('another', numbered(5), GOOD), 'admitted')
})

test('should agree with counting by hand', (t) => {
  const random = seeded(9)
  const admissions = new Admissions(BY_INVITE, HASH)
  const uses = [0, 1, 2, 5]
  const came = uses.map(() => new Set<string>())
  const inside = new Set<string>()
  for (let i = 0; i < 2000; i++) {
    const invite = random.integer(uses.length)
    const peer = `peer-${random.integer(40)}`
    const signed = random.next() < 0.8
    const before = came[invite]!
    const room = uses[invite] === 0 || before.size < uses[invite]!
    let expected = 'invite-forged'
    if (inside.has(peer)) expected = 'admitted'
    else if (signed) expected = room ? 'admitted' : 'invite-used-up'
    const shown = pass(invite + 1, { uses: uses[invite]! })
    t.is(admissions.decide(peer, shown, { ...GOOD, signed }), expected as never)
    if (expected === 'admitted' && !inside.has(peer)) {
      before.add(peer)
      inside.add(peer)
    }
  }
})
