import test from 'ava'
import { Hashes } from './swarm/hashes.ts'

const at = '2026-01-01T00:00:00.000Z'

test('should put into one group whoever had the same hash at the same cut', (t) => {
  const hashes = new Hashes()
  hashes.add('a', { cut: '1', hash: 'x', at })
  hashes.add('b', { cut: '1', hash: 'x', at })
  hashes.add('b', { cut: '2', hash: 'y', at })
  hashes.add('c', { cut: '2', hash: 'y', at })
  hashes.add('d', { cut: '3', hash: 'z', at })
  t.deepEqual(hashes.groups(['a', 'b', 'c', 'd', 'e']), [['a', 'b', 'c'], ['d'], ['e']])
  t.deepEqual(hashes.conflicts, [])
})

test('should find the cut at which two differ', (t) => {
  const hashes = new Hashes()
  hashes.add('a', { cut: '1', hash: 'x', at })
  hashes.add('b', { cut: '1', hash: 'y', at })
  t.deepEqual(hashes.groups(['a', 'b']), [['a'], ['b']])
  t.deepEqual(hashes.conflicts, ['1'])
})

test('should not count what was seen before it began anew', (t) => {
  const hashes = new Hashes()
  hashes.startAnew(Date.parse(at) + 1)
  hashes.add('a', { cut: '1', hash: 'x', at })
  hashes.add('b', { cut: '1', hash: 'x', at })
  t.deepEqual(hashes.groups(['a', 'b']), [['a'], ['b']])
})
