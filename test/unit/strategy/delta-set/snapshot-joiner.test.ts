/** Taking a snapshot from neighbours that fail, lie or disagree. */
import test from 'ava'
import { virtualSignature } from '../../../../src/simulation/virtual-signature.ts'
import type { Message, Statement } from '../../../../src/strategy/delta-set/kinds.ts'
import { CHUNK_BYTES } from '../../../../src/strategy/delta-set/replica-hash.ts'
import { snapshotId } from '../../../../src/strategy/delta-set/snapshot/cut.ts'
import { statementDigest } from '../../../../src/strategy/delta-set/statements.ts'
import { greeting, LENGTH, MANIFEST, ORIGINS, Scene, snapshot } from './snapshot-scene.ts'

const { chunks, hashes, root, id, offer } = snapshot()

const confirmed = (from: string, signature = virtualSignature(from, id)): Message => ({
  kind: 'snapshot-confirmed',
  id,
  signature,
  serves: true
})

const refused = (reason: 'behind' | 'pruned' | 'differs' | 'gone'): Message => ({
  kind: 'snapshot-refused',
  id,
  reason
})

const chunk = (index: number, bytes = chunks[index]!): Message => ({
  kind: 'chunk',
  id,
  index,
  bytes
})

/** A joiner that has been offered a snapshot by a. */
const offered = (): Scene => {
  const scene = new Scene('joiner')
  for (const peer of ORIGINS) scene.hear(peer, ...greeting)
  scene.hear('a', offer('a'))
  return scene
}

/** Which chunks are open with whom. */
const asks = (scene: Scene): string[] =>
  scene.sent.splice(0).flatMap(({ to, message }) => {
    return message.kind === 'chunk-ask' ? [`${to} ${message.index}`] : []
  })

const restores = (scene: Scene) => scene.jobs.filter(({ kind }) => kind === 'restore')

test('should ask a neighbour for a snapshot when no neighbour can serve what is missing', (t) => {
  const scene = new Scene('joiner')
  scene.hear('a', ...greeting)
  scene.hear('b', ...greeting)
  t.deepEqual(scene.said('snapshot-ask'), [], 'c may still serve it')
  scene.hear('c', ...greeting)
  t.deepEqual(scene.said('snapshot-ask'), ['a snapshot-ask'])
  t.deepEqual(scene.jobs, [], 'it trains on nothing before')
})

test('should ask for deltas, not for a snapshot, when one neighbour can serve them', (t) => {
  const scene = new Scene('joiner')
  const [names] = greeting
  const holdings = ORIGINS.map((_, origin) => ({ origin, seq: 100, floor: 0, tag: 1 }))
  scene.hear('c', names!, { kind: 'have', holdings })
  scene.hear('a', ...greeting)
  scene.hear('b', ...greeting)
  t.deepEqual(scene.said('snapshot-ask', 'want'), ['c want'])
})

test('should fetch from all who confirm, and take the snapshot once enough have signed', (t) => {
  const scene = offered()
  t.deepEqual(asks(scene), ['a 0', 'a 1'])
  scene.hear('b', confirmed('b'))
  t.deepEqual(asks(scene), ['b 2'])
  scene.hear('a', chunk(0), chunk(1))
  t.deepEqual(restores(scene), [])
  scene.hear('b', chunk(2))
  const [job, ...more] = restores(scene)
  t.deepEqual(job, { kind: 'restore', chunks, kept: [], share: 0 })
  t.is(more.length, 0)
  t.is(scene.notices.length, 1)
  t.true(scene.notices[0]!.includes('3 origins from a (signed by 2)'), scene.notices[0])
  t.deepEqual(
    scene.said('restored'),
    ORIGINS.map((peer) => `${peer} restored`)
  )
  t.deepEqual(scene.rejects, [])
})

test('should fetch a chunk with a wrong hash from another peer, and note the source', (t) => {
  const scene = offered()
  scene.hear('b', confirmed('b'))
  scene.hear('c', confirmed('c'))
  asks(scene)
  const wrong = chunks[0]!.slice()
  wrong[5]! ^= 1
  scene.hear('a', chunk(0, wrong))
  t.deepEqual(scene.rejects, ['a chunk'])
  t.deepEqual(asks(scene), ['b 0', 'c 1'])
  scene.hear('a', chunk(1))
  scene.hear('c', chunk(1))
  t.deepEqual(restores(scene), [])
  scene.hear('b', chunk(2), chunk(0))
  t.is(restores(scene).length, 1)
  t.true(scene.notices[0]!.includes('(signed by 2)'), 'the liar’s own signature does not count')
})

test('should keep what has come when a source is lost, and ask others for the rest', (t) => {
  const scene = offered()
  scene.hear('b', confirmed('b'))
  scene.hear('a', chunk(0))
  asks(scene)
  scene.give({ type: 'link', peer: 'a', state: 'down' })
  t.deepEqual(asks(scene), ['b 1'])
  scene.give({ type: 'link', peer: 'b', state: 'down' })
  scene.give({ type: 'link', peer: 'b', state: 'up' })
  scene.hear('b', ...greeting)
  scene.wait(200)
  t.true(scene.said('snapshot-confirm').includes('b snapshot-confirm'))
  scene.hear('b', confirmed('b'))
  t.deepEqual(asks(scene), ['b 1', 'b 2'])
  scene.hear('b', chunk(1), chunk(2))
  t.is(restores(scene).length, 1)
})

test('should ask others for what a source does not send in time', (t) => {
  const scene = offered()
  scene.hear('b', confirmed('b'))
  scene.hear('b', chunk(2))
  asks(scene)
  scene.wait(1800)
  t.deepEqual(asks(scene), [])
  // It has nothing else to do.
  scene.wait(400)
  t.deepEqual(asks(scene), ['b 0'])
  scene.hear('a', chunk(0))
  t.false(scene.progress!.bytes === scene.progress!.total)
  scene.hear('b', chunk(0))
  t.deepEqual(asks(scene), ['b 1'])
  scene.hear('b', chunk(1))
  t.is(restores(scene).length, 1)
})

test('should give up a source that has not sent in a long time, be there others or not', (t) => {
  const scene = offered()
  asks(scene)
  scene.wait(10_400)
  t.true(scene.said('snapshot-confirm').includes('a snapshot-confirm'), 'it may come back')
  scene.hear('b', confirmed('b'))
  t.deepEqual(asks(scene), ['b 0', 'b 1'])
})

test('should tell how much has come, and when it is over', (t) => {
  const scene = offered()
  t.deepEqual(scene.progress, { bytes: 0, total: 4 * LENGTH })
  scene.hear('b', confirmed('b'))
  scene.hear('a', chunk(0))
  t.deepEqual(scene.progress, { bytes: CHUNK_BYTES, total: 4 * LENGTH })
  scene.hear('a', chunk(1))
  scene.hear('b', chunk(2))
  t.is(scene.progress, null)
  t.is(scene.progresses.at(-2)!.bytes, 4 * LENGTH)
})

test('should not take what others have another replica for', (t) => {
  const scene = offered()
  scene.hear('b', refused('differs'))
  scene.hear('c', refused('differs'))
  scene.hear('a', chunk(0), chunk(1), chunk(2))
  asks(scene)
  scene.wait(15_000)
  t.deepEqual(restores(scene), [])
  t.deepEqual(scene.said('snapshot-ask'), ['b snapshot-ask', 'c snapshot-ask'])
})

test('should take what two have signed although one disagrees', (t) => {
  const scene = offered()
  scene.hear('b', refused('differs'))
  scene.hear('c', confirmed('c'))
  scene.hear('a', chunk(0), chunk(1))
  scene.hear('c', chunk(2))
  t.is(restores(scene).length, 1)
})

test('should take what nobody could confirm after a while, and say so', (t) => {
  const scene = offered()
  let asked = 0
  for (let ms = 0; ms < 40_000 && restores(scene).length === 0; ms += 100) {
    for (const { to, message } of scene.sent.splice(0)) {
      if (message.kind === 'snapshot-ask') scene.hear(to, offer(to))
      if (message.kind === 'snapshot-confirm') scene.hear(to, refused('pruned'))
      if (message.kind !== 'chunk-ask') continue
      asked++
      scene.hear(to, chunk(message.index))
    }
    scene.wait(100)
  }
  t.is(restores(scene).length, 1)
  t.true(scene.now >= 10_000, `after ${scene.now} ms`)
  t.true(scene.notices[0]!.includes('unconfirmed: 1 of 2'), scene.notices[0])
  t.is(asked, 2 * chunks.length, 'at first, and when there has been time for signatures')
})

test('should not count a signature that another peer has made', (t) => {
  const scene = offered()
  scene.hear('b', confirmed('b', virtualSignature('c', id)))
  t.deepEqual(scene.rejects, ['b signature'])
  scene.hear('a', chunk(0), chunk(1))
  scene.hear('a', chunk(2))
  scene.wait(1000)
  t.deepEqual(restores(scene), [])
})

test('should refuse an offer whose signature is wrong, and ask another neighbour', (t) => {
  const scene = new Scene('joiner')
  for (const peer of ORIGINS) scene.hear(peer, ...greeting)
  scene.hear('a', offer('b'))
  t.deepEqual(scene.rejects, ['a signature'])
  scene.wait(1000)
  t.deepEqual(scene.said('snapshot-ask', 'chunk-ask'), ['a snapshot-ask', 'b snapshot-ask'])
})

test('should refuse an offer about origins that were not named, or named twice', (t) => {
  const right = offer('a') as Extract<Message, { kind: 'snapshot-offer' }>
  const [line] = right.lines
  for (const lines of [[{ ...line!, origin: 3 }], [line!, line!], [{ ...line!, seq: 0 }]]) {
    const scene = new Scene('joiner')
    for (const peer of ORIGINS) scene.hear(peer, ...greeting)
    scene.hear('a', { ...right, lines })
    t.deepEqual(scene.rejects, ['a body'])
    t.deepEqual(scene.said('chunk-ask'), [])
  }
})

test('should not listen to offers, chunks and signatures that it has not asked for', (t) => {
  const scene = offered()
  asks(scene)
  scene.hear('b', offer('b'), chunk(0), chunk(2))
  scene.hear('joiner', confirmed('joiner'))
  t.deepEqual(asks(scene), [])
  t.deepEqual(scene.rejects, [])
  scene.hear('a', chunk(0))
  t.deepEqual(asks(scene), ['a 2'], 'chunk 2 has not come yet')
})

test('should ask somebody else when nothing is offered in time', (t) => {
  const scene = new Scene('joiner')
  for (const peer of ORIGINS) scene.hear(peer, ...greeting)
  t.deepEqual(scene.said('snapshot-ask'), ['a snapshot-ask'])
  scene.wait(12_000)
  t.deepEqual(scene.said('snapshot-ask'), ['b snapshot-ask'])
})

test('should ask for a snapshot when an equivocator’s deltas are too old to be taken back', (t) => {
  const scene = offered()
  scene.hear('b', confirmed('b'))
  scene.hear('a', chunk(0), chunk(1))
  scene.hear('b', chunk(2))
  t.is(restores(scene).length, 1)
  scene.wait(1000)
  scene.sent.splice(0)
  const statement = (filling: number): Statement => {
    const bytes = new Uint8Array(32).fill(filling)
    const unsigned = { seq: 50, previous: bytes, bodyHash: bytes, signature: new Uint8Array() }
    const signature = virtualSignature('a', statementDigest(MANIFEST, 'a', unsigned))
    return { ...unsigned, signature }
  }
  const statements = [statement(1), statement(2)] as const
  scene.hear('b', { kind: 'proof', origin: 0, seq: 50, statements })
  t.deepEqual(scene.rejects, [])
  scene.wait(1000)
  const [asked] = scene.said('snapshot-ask')
  t.truthy(asked)
  // What holds the equivocator's deltas itself is no help.
  const peer = asked!.split(' ')[0]!
  scene.hear(peer, offer(peer))
  t.deepEqual(scene.said('chunk-ask', 'snapshot-confirm'), [])
})

test('should forget what a neighbour has said when it has taken a snapshot, once', (t) => {
  const scene = new Scene('joiner')
  const [names] = greeting
  const holdings = ORIGINS.map((_, origin) => ({ origin, seq: 100, floor: 0, tag: 1 }))
  scene.hear('a', names!, { kind: 'have', holdings })
  t.deepEqual(scene.said('want'), ['a want'])
  scene.hear('a', { kind: 'restored', times: 1 })
  scene.hear('b', names!, { kind: 'have', holdings })
  t.deepEqual(scene.said('want'), ['b want'], 'nothing is open with a any more')
  scene.hear('a', { kind: 'have', holdings }, { kind: 'restored', times: 1 })
  scene.give({ type: 'link', peer: 'b', state: 'down' })
  t.true(scene.said('want').includes('a want'), 'the same word again takes nothing back')
})

/** What the smaller half of a swarm that was cut says, and offers: twenty samples of d. */
const line = { origin: 0, seq: 10, samples: 20, digest: new Uint8Array(32).fill(7) }
const smaller = {
  greeting: [
    { kind: 'names', channel: 'control', first: 0, names: ['d'] },
    { kind: 'have', holdings: [{ origin: 0, seq: 10, floor: 9, tag: 1 }] }
  ] satisfies readonly Message[],
  offer: (from: string): Message => ({
    kind: 'snapshot-offer',
    lines: [line],
    hashes,
    signature: virtualSignature(from, snapshotId(MANIFEST, new Map([['d', line]]), root))
  })
}

test('should train with the larger half of a swarm that was cut, and not wait for the smaller one', (t) => {
  const scene = new Scene('joiner', ['a', 'b', 'd', 'e', 'f'])
  for (const peer of ['a', 'b']) scene.hear(peer, ...greeting)
  for (const peer of ['d', 'e', 'f']) scene.hear(peer, ...smaller.greeting)
  for (let ms = 0; ms < 6000; ms += 100) {
    for (const { to, message } of scene.sent.splice(0)) {
      const isLarger = to === 'a' || to === 'b'
      if (message.kind === 'snapshot-ask') scene.hear(to, isLarger ? offer(to) : smaller.offer(to))
      if (message.kind === 'snapshot-confirm') {
        scene.hear(to, isLarger ? confirmed(to) : refused('behind'))
      }
      if (message.kind === 'chunk-ask') scene.hear(to, chunk(message.index))
    }
    scene.wait(100)
  }
  t.is(restores(scene).length, 1)
  t.true(scene.jobs.some(({ kind }) => kind === 'local-steps'))
})
