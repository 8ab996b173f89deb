import test from 'ava'
import { Checkpoints } from '../../../../src/strategy/delta-set/checkpoints.ts'
import { type HeldDelta, HeldDeltas } from '../../../../src/strategy/delta-set/held-deltas.ts'
import type { Delta } from '../../../../src/strategy/delta-set/kinds.ts'
import { Publisher } from '../../../../src/strategy/delta-set/publisher.ts'
import { signaturesOf } from '../../../../src/strategy/delta-set/questions.ts'
import { Stage } from '../../../../src/strategy/delta-set/stage.ts'
import { Author, SMALL } from './author.ts'
import { MANIFEST } from './tiny.ts'

const HEAD = { last: false, samples: 32, steps: 1, stepMs: 1, loss: null, weight: 1, halvings: 0 }
const PAYLOAD = Uint8Array.from(SMALL)

/** What an author has signed, as it is held once it has been checked. */
const heldOf = (author: Author): readonly HeldDelta[] =>
  author.deltas.map((delta, i) => ({
    ...delta,
    head: HEAD,
    previous: author.digest(i),
    bodyHash: author.statements[i]!.bodyHash,
    digest: author.digest(i + 1)
  }))

const scene = () => {
  const stage = new Stage()
  const held = new HeldDeltas(1 << 20)
  const signatures = signaturesOf(stage)
  const publisher = new Publisher({ manifest: MANIFEST, self: 'me', stage, held, signatures })
  const checkpoints = new Checkpoints(stage, held)
  /** The records that are to be kept since the last call. */
  const kept = () =>
    stage.take().flatMap((effect) => (effect.type === 'persist' ? [effect.record] : []))
  const signed = (): Delta => {
    signatures.answered(new Uint8Array(64).fill(7))
    const [record] = kept()
    if (record?.kind !== 'own') throw new Error('nothing was kept')
    return record.delta
  }
  return { held, publisher, checkpoints, kept, signed, stage }
}

test('should sign a number once, and place what follows the head', (t) => {
  const { held, publisher, signed } = scene()
  publisher.publish(HEAD, PAYLOAD)
  const delta = signed()
  t.is(delta.seq, 1)
  const published = publisher.persisted(delta)
  t.true(published?.placed)
  held.add(published!.delta)
  t.is(publisher.persisted(delta), null)
  publisher.recall(5)
  publisher.publish(HEAD, PAYLOAD)
  t.is(signed().seq, 6)
  t.is(publisher.highest, 6)
})

test('should keep what has come back in the place of a draft, and not the draft', (t) => {
  const author = new Author('me').signMany(2)
  const { held, publisher, kept, signed } = scene()
  publisher.publish(HEAD, PAYLOAD)
  const draft = signed()
  for (const delta of heldOf(author)) held.add(delta)
  t.false(publisher.persisted(draft)?.placed)
  const [record] = kept()
  t.is(record?.kind, 'own')
  t.deepEqual(record?.kind === 'own' ? record.delta.body : null, author.deltas[0]!.body)
  // The record instead is no publication.
  t.is(publisher.persisted(author.deltas[0]!), null)
})

test('should go on from a checkpoint where it was taken', (t) => {
  const author = new Author('me').signMany(3)
  const { held, checkpoints, kept, stage } = scene()
  for (const delta of heldOf(author)) held.add(delta)
  let done = false
  checkpoints.take({ signed: 4, guard: null }, () => {
    done = true
  })
  t.deepEqual(stage.take(), [{ type: 'compute', job: { kind: 'checkpoint' } }])
  checkpoints.computed(Uint8Array.of(1, 2, 3, 4), 4)
  const [record] = kept()
  if (record?.kind !== 'checkpoint') return t.fail('no checkpoint was kept')
  t.false(done)
  checkpoints.persisted()
  t.true(done)
  const later = scene()
  later.checkpoints.restore(record)
  t.is(record.signed, 4)
  t.deepEqual(later.held.position('me'), held.position('me'))
  t.is(later.held.samples, held.samples)
  const [effect] = later.stage.take()
  t.like(effect, { type: 'compute', job: { kind: 'restore', share: 0 } })
})

test('should leave out a checkpoint that an own delta has overtaken, and say so to who waits', (t) => {
  const { checkpoints, kept } = scene()
  let told = 0
  checkpoints.take({ signed: 1, guard: null })
  checkpoints.take({ signed: 2, guard: null }, () => told++)
  checkpoints.take({ signed: 3, guard: null }, () => told++)
  const base = Uint8Array.of(1)
  checkpoints.computed(base, 2)
  t.deepEqual(kept(), [], 'number 2 is in no checkpoint')
  checkpoints.computed(base, 2)
  t.is(kept().length, 1)
  t.is(told, 0)
  checkpoints.persisted()
  t.is(told, 1)
  checkpoints.computed(base, 4)
  t.is(told, 2)
})
