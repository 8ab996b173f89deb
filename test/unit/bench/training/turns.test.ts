import test from 'ava'
import type { Turn } from '../../../bench/training/requests.ts'
import { type Runner, takeTurns } from '../../../bench/training/turns.ts'

const turnOf = (steps: number): Turn => ({ steps, seconds: 1, processorSeconds: 1 })

/** Writes its name down at every turn, and numbers its turns; has time for `most`. */
const runner = (name: string, order: string[], most = Number.POSITIVE_INFINITY): Runner => {
  let taken = 0
  return {
    run: async () => {
      order.push(name)
      return taken < most ? turnOf(++taken) : null
    }
  }
}

test('the yardstick follows every turn', async (t) => {
  const order: string[] = []
  const rounds: number[] = []
  const pairs = await takeTurns({
    runners: [runner('a', order), runner('b', order)],
    yardstick: runner('y', order),
    seconds: 1,
    rounds: 2,
    began: (round) => rounds.push(round)
  })
  t.deepEqual(order, ['a', 'y', 'b', 'y', 'a', 'y', 'b', 'y'])
  t.deepEqual(rounds, [1, 2])
  const steps = pairs.map((own) => own.map((pair) => [pair.own.steps, pair.yardstick?.steps]))
  t.deepEqual(steps, [
    [
      [1, 1],
      [2, 3]
    ],
    [
      [1, 2],
      [2, 4]
    ]
  ])
})

test('who has no time left drops out and keeps its turns', async (t) => {
  const order: string[] = []
  const runners = [runner('slow', order, 1), runner('fast', order)]
  const [slow, fast] = await takeTurns({
    runners,
    yardstick: null,
    seconds: 1,
    rounds: 3,
    began: () => {}
  })
  t.deepEqual(order, ['slow', 'fast', 'slow', 'fast', 'fast'])
  t.deepEqual(slow, [{ own: turnOf(1), yardstick: null }])
  t.is(fast!.length, 3)
})
