import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { fromBase64url, toBase64url } from '../../../src/swarm/base64url.ts'

test('should write and read as Node does', (t) => {
  const random = seeded(1)
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, () => random.integer(256))
    const text = Buffer.from(bytes).toString('base64url')
    t.is(toBase64url(bytes), text)
    t.deepEqual(fromBase64url(text), bytes)
  }
})

test('should read one spelling only', (t) => {
  for (const text of ['A', 'AAAAA', 'AB', 'AAB', 'AA==', '+/+/', 'A A', 'ÄÄÄÄ', 'AA\n']) {
    t.is(fromBase64url(text), null, text)
  }
})
