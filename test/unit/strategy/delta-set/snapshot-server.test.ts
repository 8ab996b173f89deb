/** Giving snapshots, confirming those of others, and refusing what is not right. */

import { hexToBytes } from '@noble/hashes/utils.js'
import test from 'ava'
import { virtualSignature } from '../../../../src/simulation/virtual-signature.ts'
import type { Message } from '../../../../src/strategy/delta-set/kinds.ts'
import { rootOf } from '../../../../src/strategy/delta-set/replica-hash.ts'
import { greeting, ORIGINS, Scene, snapshot } from './snapshot-scene.ts'

const { chunks, hashes, root, id, offer } = snapshot()
const { lines } = offer('a') as Extract<Message, { kind: 'snapshot-offer' }>

const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
for (const [i, bytes] of chunks.entries()) whole.set(bytes, i * chunks[0]!.length)

/** A peer that has taken the snapshot, and so stands at its cut. */
const server = (): Scene => {
  const scene = new Scene('server')
  for (const peer of ORIGINS) scene.hear(peer, ...greeting)
  scene.hear('a', offer('a'))
  const signature = virtualSignature('b', id)
  scene.hear('b', { kind: 'snapshot-confirmed', id, signature, serves: false })
  for (const [index, bytes] of chunks.entries()) {
    scene.hear('a', { kind: 'chunk', id, index, bytes })
  }
  scene.sent.splice(0)
  scene.jobs.splice(0)
  return scene
}

const computed = (scene: Scene, keep = true): void =>
  scene.give({
    type: 'computed',
    result: { kind: 'snapshot', hashes, bytes: keep ? whole : null }
  })

const confirm = (of = root, at = lines): Message => ({
  kind: 'snapshot-confirm',
  lines: at,
  root: hexToBytes(of) as Uint8Array<ArrayBuffer>
})

const snapshotJobs = (scene: Scene) => scene.jobs.filter(({ kind }) => kind === 'snapshot')

const answers = (scene: Scene): string[] =>
  scene.sent.splice(0).flatMap(({ to, message }) => {
    if (message.kind === 'snapshot-refused') return [`${to} ${message.reason}`]
    if (message.kind === 'snapshot-confirmed') return [`${to} confirmed ${message.serves}`]
    return message.kind === 'snapshot-offer' ? [`${to} offer`] : []
  })

test('should make one snapshot for all who ask, sign it, and serve its chunks', (t) => {
  const scene = server()
  for (const peer of ORIGINS) scene.hear(peer, { kind: 'snapshot-ask' })
  t.deepEqual(snapshotJobs(scene), [{ kind: 'snapshot', undo: [], keep: true }])
  computed(scene)
  const offers = scene.sent.splice(0).filter(({ message }) => message.kind === 'snapshot-offer')
  t.deepEqual(
    offers.map(({ to }) => to),
    ['a', 'b', 'c']
  )
  const sent = offers[0]!.message as Extract<Message, { kind: 'snapshot-offer' }>
  t.deepEqual(sent.hashes, hashes)
  t.is(rootOf(sent.hashes), root)
  t.deepEqual(sent.signature, virtualSignature('server', id), 'it signs cut and root')
  t.deepEqual(
    sent.lines.map(({ seq }) => seq),
    [100, 100, 100]
  )
  for (const [index, bytes] of chunks.entries()) {
    scene.hear('b', { kind: 'chunk-ask', id, index })
    t.deepEqual(scene.sent.splice(0), [
      { type: 'send', to: 'b', delivery: 'every', message: { kind: 'chunk', id, index, bytes } }
    ] as never)
  }
})

test('should say that a snapshot is gone once nobody has asked for it in a while', (t) => {
  const scene = server()
  scene.hear('a', { kind: 'snapshot-ask' })
  computed(scene)
  scene.sent.splice(0)
  scene.wait(29_000)
  scene.hear('a', { kind: 'chunk-ask', id, index: 0 })
  t.deepEqual(scene.said('chunk'), ['a chunk'])
  scene.wait(32_000)
  scene.hear('a', { kind: 'chunk-ask', id, index: 0 })
  t.deepEqual(answers(scene), ['a gone'])
})

test('should confirm a cut where it computes the same root, and no other', (t) => {
  const scene = server()
  scene.hear('a', confirm())
  computed(scene)
  t.deepEqual(answers(scene), ['a confirmed true'])
  scene.hear('b', confirm('00'.repeat(32)))
  // The one that is held is in use: only hashes are made.
  t.deepEqual(snapshotJobs(scene).at(-1), { kind: 'snapshot', undo: [], keep: false })
  computed(scene, false)
  t.deepEqual(answers(scene), ['b differs'])
  scene.hear('c', confirm())
  t.deepEqual(answers(scene), ['c confirmed true'])
})

test('should say why it does not confirm a cut', (t) => {
  const scene = server()
  const older = lines.map((line) => ({ ...line, seq: 99 }))
  scene.hear('a', confirm(root, older))
  t.deepEqual(answers(scene), ['a pruned'], 'its log does not lead back there')
  const forked = lines.map((line) => ({ ...line, digest: new Uint8Array(32) }))
  scene.hear('b', confirm(root, forked))
  t.deepEqual(answers(scene), ['b differs'])
  const later = lines.map((line) => ({ ...line, seq: 101 }))
  scene.hear('c', confirm(root, later))
  t.deepEqual(answers(scene), [], 'it may get there')
  scene.wait(4000)
  t.deepEqual(answers(scene), ['c behind'])
  t.deepEqual(snapshotJobs(scene), [])
})

test('should refuse questions about origins that were not named', (t) => {
  const scene = server()
  scene.hear('a', confirm(root, [{ ...lines[0]!, origin: 7 }]))
  t.deepEqual(scene.rejects, ['a body'])
})

test('should compute no more than one snapshot a second for one neighbour', (t) => {
  const scene = server()
  for (let i = 0; i < 100; i++) {
    scene.hear('a', confirm(i.toString(16).padStart(64, '0')))
    if (snapshotJobs(scene).length > 0) computed(scene)
  }
  t.is(snapshotJobs(scene).length, 1)
  scene.wait(3000)
  for (let i = 0; i < 3; i++) scene.wait(1000)
  t.true(snapshotJobs(scene).length <= 2, `${snapshotJobs(scene).length} jobs`)
})
