import test from 'ava'
import { InOrder } from '../../../src/peer/in-order.ts'

test('should hand over in the order of adding, whatever comes first', async (t) => {
  const order = new InOrder((error) => t.fail(error.message))
  const handed: number[] = []
  const coming = [0, 1, 2, 3].map(() => Promise.withResolvers<number>())
  const all = new Promise<void>((done) => {
    for (const { promise } of coming) {
      order.add(promise, (value) => {
        handed.push(value)
        if (handed.length === coming.length) done()
      })
    }
  })
  for (const late of [2, 3, 1, 0]) coming[late]!.resolve(late)
  await all
  t.deepEqual(handed, [0, 1, 2, 3])
})

test('should hand over nothing behind an error, and say so', async (t) => {
  const handed: string[] = []
  const failed = new Promise<Error>((done) => {
    const order = new InOrder(done)
    order.add(Promise.resolve('before'), (value) => handed.push(value))
    order.add(Promise.reject(new Error('broken')), () => handed.push('broken'))
    order.add(Promise.resolve('behind'), (value) => handed.push(value))
  })
  t.is((await failed).message, 'broken')
  t.deepEqual(handed, ['before'])
})
