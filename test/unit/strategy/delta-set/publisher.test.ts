import test from 'ava'
import { HeldDeltas } from '../../../../src/strategy/delta-set/held-deltas.ts'
import type { Delta, DeltaKinds } from '../../../../src/strategy/delta-set/kinds.ts'
import { Publisher } from '../../../../src/strategy/delta-set/publisher.ts'
import { signaturesOf } from '../../../../src/strategy/delta-set/questions.ts'
import { Stage } from '../../../../src/strategy/stage.ts'
import { Author, SMALL } from './author.ts'
import { heldOf } from './held.ts'
import { MANIFEST } from './tiny.ts'

const HEAD = { last: false, samples: 32, steps: 1, stepMs: 1, loss: null, weight: 1, halvings: 0 }
const PAYLOAD = Uint8Array.from(SMALL)

const scene = () => {
  const stage = new Stage<DeltaKinds>()
  const held = new HeldDeltas(1 << 20)
  const signatures = signaturesOf(stage)
  const publisher = new Publisher({ manifest: MANIFEST, self: 'me', stage, held, signatures })
  /** The records that are to be kept since the last call. */
  const kept = () =>
    stage.take().flatMap((effect) => (effect.type === 'persist' ? [effect.record] : []))
  const signed = (): Delta => {
    signatures.answered(new Uint8Array(64).fill(7))
    const [record] = kept()
    if (record?.kind !== 'own') throw new Error('nothing was kept')
    return record.delta
  }
  return { held, publisher, kept, signed }
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
