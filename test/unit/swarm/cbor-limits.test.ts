import { decode, encode } from '@ipld/dag-cbor'
import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { cborRule } from '../../../src/swarm/cbor-limits.ts'

const LIMITS = { values: 20, depth: 3 }
const random = seeded(7)

const draw = (depth: number): unknown => {
  switch (random.integer(depth === 0 ? 6 : 8)) {
    case 0:
      return random.integer(2 ** 31)
    case 1:
      return -random.integer(2 ** 31) * 2 ** 21
    case 2:
      return random.next()
    case 3:
      return random.next() < 0.5
    case 4:
      return 'x'.repeat(random.integer(300))
    case 5:
      return new Uint8Array(random.integer(300))
    case 6:
      return Array.from({ length: random.integer(4) }, () => draw(depth - 1))
    default:
      return Object.fromEntries(
        Array.from({ length: random.integer(4) }, (_, index) => [`key ${index}`, draw(depth - 1)])
      )
  }
}

/** As many as there are keys and values, and levels of lists and maps, counted on what was encoded. */
const sizeOf = (value: unknown): { values: number; depth: number } => {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) {
    return { values: 1, depth: 0 }
  }
  const inside = Object.values(value).map(sizeOf)
  const keys = Array.isArray(value) ? 0 : inside.length
  return {
    values: 1 + keys + inside.reduce((sum, { values }) => sum + values, 0),
    depth: 1 + Math.max(0, ...inside.map(({ depth }) => depth))
  }
}

test('should let pass whatever is within limits, and nothing else', (t) => {
  let refused = 0
  for (let i = 0; i < 2000; i++) {
    const document = Array.from({ length: random.integer(12) }, () => draw(3))
    const { values, depth } = sizeOf(document)
    const rule = cborRule(encode(document), LIMITS)
    if (values <= LIMITS.values && depth <= LIMITS.depth) t.is(rule, null)
    else if (rule !== null) refused++
    else t.fail(JSON.stringify(document))
  }
  t.true(refused > 100)
})

test('should never let pass what a decoder refuses for its form', (t) => {
  for (let i = 0; i < 3000; i++) {
    const bytes = encode(draw(3))
    const damaged = bytes.slice(0, random.integer(bytes.length) + 1)
    damaged[random.integer(damaged.length)]! ^= 1 << random.integer(8)
    if (cborRule(damaged, { values: 1e6, depth: 1000 }) !== null) continue
    // What is left are the decoder's own rules: order of keys, shortest forms, UTF-8.
    try {
      decode(damaged)
    } catch (error) {
      t.notRegex(String(error), /not enough|too many terminals|indefinite/i)
    }
  }
  t.pass()
})

for (const [what, bytes] of Object.entries({
  nothing: [],
  'a list that goes on for ever': [0x9f, 0x01, 0xff],
  'a list of more than there is': [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  'a text of more than there is': [0x7a, 0xff, 0xff, 0xff, 0xff],
  'a head that is cut off': [0x19, 0x01],
  'a tag': [0xd8, 0x2a, 0x00],
  'bytes left over': [0x01, 0x02],
  'lists in lists': Array.from({ length: 200_000 }, () => 0x81)
})) {
  test(`should refuse ${what}`, (t) => {
    t.is(typeof cborRule(Uint8Array.from(bytes), LIMITS), 'string')
  })
}
