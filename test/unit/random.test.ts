import test from 'ava'
import { seeded } from '../../src/random.ts'

test('should go on from any place of a stream as the stream does, the waiting normal included', (t) => {
  const stream = seeded(5).fork('a')
  for (let i = 0; i < 50; i++) {
    const other = seeded(9)
    other.restore(JSON.parse(JSON.stringify(stream.save())) as number[])
    const ahead = seeded(5)
    ahead.restore(stream.save())
    const drawn = Array.from({ length: 3 }, () => [ahead.normal(), ahead.next(), ahead.integer(7)])
    const again = Array.from({ length: 3 }, () => [other.normal(), other.next(), other.integer(7)])
    t.deepEqual(again, drawn, `${i}`)
    stream.normal() // Odd places have a normal waiting.
  }
  t.is(stream.save().length, 4)
  stream.normal()
  t.is(stream.save().length, 5)
})

test('should not move a stream by saving it, nor its forks by restoring it', (t) => {
  const [stream, same] = [seeded(5), seeded(5)]
  stream.save()
  t.is(stream.next(), same.next())
  stream.restore(seeded(8).save())
  t.is(stream.fork('x').next(), same.fork('x').next())
})

test('should refuse what no stream has saved, and stay where it was', (t) => {
  const [stream, same] = [seeded(5), seeded(5)]
  const bad = [[], [1, 2, 3], [1, 2, 3, 0.5], [1, 2, 3, 2 ** 31], [1, 2, 3, 4, Number.NaN]]
  for (const state of [...bad, [1, 2, 3, 4, 5, 6]]) {
    t.throws(() => stream.restore(state), { instanceOf: RangeError }, `${state}`)
  }
  t.is(stream.next(), same.next())
})
