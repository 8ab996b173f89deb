import test from 'ava'
import { forEachAtMost } from '../../../../src/cli/sweep/pool.ts'

/** Tasks that end when the test says so. */
const createTasks = () => {
  const begun: number[] = []
  const ends = new Map<number, () => void>()
  const task = (item: number): Promise<void> => {
    begun.push(item)
    return new Promise((done) => ends.set(item, done))
  }
  const end = async (item: number): Promise<void> => {
    ends.get(item)!()
    await new Promise(setImmediate)
  }
  return { begun, task, end }
}

test('should carry out all items in order, never more at once than allowed', async (t) => {
  const { begun, task, end } = createTasks()
  const all = forEachAtMost([1, 2, 3, 4], 2, new AbortController().signal, task)
  t.deepEqual(begun, [1, 2])
  await end(2)
  t.deepEqual(begun, [1, 2, 3])
  await end(3)
  t.deepEqual(begun, [1, 2, 3, 4])
  await end(4)
  await end(1)
  await all
})

test('should begin nothing more once it is told to stop, and wait for what has begun', async (t) => {
  const { begun, task, end } = createTasks()
  const controller = new AbortController()
  let over = false
  const all = forEachAtMost([1, 2, 3], 2, controller.signal, task).then(() => {
    over = true
  })
  controller.abort()
  await end(1)
  t.false(over)
  await end(2)
  await all
  t.deepEqual(begun, [1, 2])
})

test('should end at once where there is nothing to do', async (t) => {
  await forEachAtMost([], 8, new AbortController().signal, () => Promise.reject(new Error('no')))
  t.pass()
})
