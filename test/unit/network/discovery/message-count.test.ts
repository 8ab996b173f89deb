import test from 'ava'
import { MessageCount } from '../../../../src/network/discovery/message-count.ts'
import { seeded } from '../../../../src/random.ts'

const message = (length: number): number[] => {
  const head: number[] = []
  let rest = length
  for (; rest >= 128; rest >>>= 7) head.push((rest & 127) | 128)
  return [...head, rest, ...Array<number>(length).fill(255)]
}

test('should count messages, however they are cut into chunks', (t) => {
  const random = seeded(1)
  for (let round = 0; round < 200; round++) {
    const lengths = Array.from({ length: 1 + random.integer(40) }, () => random.integer(300))
    const bytes = Uint8Array.from(lengths.flatMap(message))
    const count = new MessageCount()
    let begun = 0
    for (let at = 0; at < bytes.length; ) {
      const size = random.integer(80)
      begun += count.begunIn(bytes.subarray(at, at + size))
      at += size
    }
    t.is(begun, lengths.length)
  }
})

test('should take a length that never ends for no message, and never fail', (t) => {
  t.is(new MessageCount().begunIn(new Uint8Array(1000).fill(255)), 0)
  const count = new MessageCount()
  t.is(count.begunIn(Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 1)), 1)
  t.is(count.begunIn(new Uint8Array(100_000)), 0, 'its body')
})
