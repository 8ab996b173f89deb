import test from 'ava'
import { int8 } from '../../../../src/compression/int8.ts'
import { none } from '../../../../src/compression/none.ts'
import { topK } from '../../../../src/compression/top-k.ts'
import { seeded } from '../../../../src/random.ts'
import { inHalves } from '../../../../src/strategy/federated-averaging/halves.ts'
import { KIND, serverCodec } from '../../../../src/strategy/parameter-server/codec.ts'
import type { Message } from '../../../../src/strategy/parameter-server/kinds.ts'

const LENGTH = 40
const halves = inHalves(topK(0.2, 8))
const codec = serverCodec(halves, [{ from: 0, to: 2 * LENGTH }], true)
const values = Float32Array.from(
  { length: 2 * LENGTH },
  (_, i) => Math.sin(i) * (i < LENGTH ? 1 : 1e3)
)
const code = halves.encode(values)
const PUSH = { kind: 'push', shard: 0, life: 5, seq: 1, base: 0, weight: 3, bytes: code } as const
const PARAMS = {
  ...({ kind: 'params', shard: 0, life: 5, seq: 1, version: 4, round: 4 } as const),
  ...{ late: true, rests: false, bytes: none.encode(values) }
} as const

test('each half should have a code of its own', (t) => {
  for (const inner of [none, int8, topK(0.2, 8), topK(0.3, 4)]) {
    const both = inHalves(inner)
    const bytes = both.encode(values)
    t.true(bytes.length <= both.maxBytes(values.length))
    t.is(both.check(bytes, values.length), null)
    const decoded = new Float32Array(values.length)
    both.addDecoded(bytes, decoded)
    for (const [from, to] of [
      [0, LENGTH],
      [LENGTH, 2 * LENGTH]
    ] as const) {
      const half = values.slice(from, to)
      const alone = new Float32Array(LENGTH)
      inner.addDecoded(inner.encode(half), alone)
      t.deepEqual(decoded.slice(from, to), alone, inner.name)
    }
  }
})

const decoded = (kind: number, body: Uint8Array) => codec.decode(kind, 'bulk', body)

test('parameters should say whether their receiver rests and whether its push was late', (t) => {
  for (const late of [false, true]) {
    for (const rests of [false, true]) {
      const message: Message = { ...PARAMS, late, rests }
      t.deepEqual(decoded(KIND.params, codec.encode(message).body), message)
    }
  }
  const { body } = codec.encode(PARAMS)
  const flags = body.length - PARAMS.bytes.length - 1
  const wrong = body.slice()
  wrong[flags] = 4
  t.is(decoded(KIND.params, wrong).kind, 'rejected')
})

test('no byte that is missing, too many or another one should make it throw, or believe what does not fit', (t) => {
  for (const message of [PUSH, PARAMS] as const) {
    const { kind, body } = codec.encode(message)
    t.not(decoded(kind, body).kind, 'rejected')
    for (let length = 0; length < body.length; length++) {
      t.is(decoded(kind, body.slice(0, length)).kind, 'rejected', `${message.kind}: ${length}`)
    }
    t.is(decoded(kind, Uint8Array.of(...body, 0)).kind, 'rejected')
    for (let at = 0; at < body.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = body.slice()
        flipped[at] = flipped[at]! ^ (1 << bit)
        const found = decoded(kind, flipped)
        if (found.kind === 'rejected') continue
        const { body: again } = codec.encode(found as Message)
        t.deepEqual(again, flipped, `${message.kind}: bit ${bit} of byte ${at}`)
      }
    }
  }
})

test('random bytes should be no code, or one that decodes to finite numbers', (t) => {
  const random = seeded(4)
  let believed = 0
  for (let i = 0; i < 20_000; i++) {
    const bytes = code.slice()
    for (let n = 0; n < 1 + random.integer(4); n++) {
      bytes[random.integer(bytes.length)] = random.integer(256)
    }
    if (halves.check(bytes, 2 * LENGTH) !== null) continue
    believed++
    const into = new Float32Array(2 * LENGTH)
    halves.addDecoded(bytes, into)
    t.true(into.every(Number.isFinite))
  }
  t.true(believed > 100 && believed < 20_000, `${believed}`)
  t.not(halves.check(Uint8Array.of(255, 255, 255, 255), 2 * LENGTH), null)
  t.not(halves.check(new Uint8Array(), 2 * LENGTH), null)
})
