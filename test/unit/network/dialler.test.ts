import test from 'ava'
import { Dialler } from '../../../src/network/dialler.ts'
import { TIMINGS } from '../../../src/network/timings.ts'

/** Longer than any test: who is left to the other end is never dialled. */
const NEVER = 2 ** 31 - 1

/** A dialler called `self`, and who it has dialled, in order. */
const dialler = (self: string, connected: readonly string[] = []) => {
  const dialled: string[] = []
  let tell = () => {}
  const timings = { ...TIMINGS, grace: NEVER }
  const made = new Dialler(self, timings, {
    async connect(peer) {
      dialled.push(peer)
      made.up(peer)
      tell()
    },
    isConnected: (peer) => connected.includes(peer)
  })
  const until = async (peer: string): Promise<readonly string[]> => {
    while (!dialled.includes(peer)) {
      await new Promise<void>((resolve) => {
        tell = resolve
      })
    }
    return dialled
  }
  return { made, until }
}

test('should dial at once whom it wants first: nobody knows yet that it is there', async (t) => {
  const { made, until } = dialler('m')
  t.teardown(() => made.stop())
  made.want([])
  made.want(['a', 'z'])
  t.deepEqual(await until('z'), ['a', 'z'])
})

test('should leave later dialling to the peer whose name sorts first', async (t) => {
  const { made, until } = dialler('m')
  t.teardown(() => made.stop())
  made.want(['a'])
  await until('a')
  made.want(['a', 'b', 'y'])
  t.deepEqual(await until('y'), ['a', 'y'])
})

test('should leave nothing to a peer that it is connected with', async (t) => {
  const { made, until } = dialler('m', ['c'])
  t.teardown(() => made.stop())
  made.want(['a'])
  await until('a')
  made.want(['a', 'b', 'c', 'y'])
  t.deepEqual(await until('y'), ['a', 'c', 'y'])
})
