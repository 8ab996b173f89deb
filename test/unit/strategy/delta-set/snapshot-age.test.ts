import test from 'ava'
import { Author } from './author.ts'
import { Scene } from './scene.ts'

/** Longer than a snapshot counts as being taken after it was last asked for. */
const LATER_MS = 6000

/** The number of the origin's last delta in the offers to a neighbour, in turn. */
const offered = (scene: Scene, peer: string): readonly (number | undefined)[] =>
  scene.to(peer, 'snapshot-offer').map(({ lines }) => lines[0]?.seq)

test('should give a snapshot again as long as no more than a round has gone by since', (t) => {
  const scene = new Scene(['a', 'b', 'c'])
  const author = new Author('x').signMany(6)
  const deliver = (from: number, to: number): void => {
    scene.have('a', 'x', to, author.tag(to))
    for (const delta of author.deltas.slice(from, to)) scene.deliver('a', delta)
  }
  deliver(0, 3)
  scene.frame('a', { kind: 'snapshot-ask' })
  deliver(3, 4)
  scene.now += LATER_MS
  scene.frame('b', { kind: 'snapshot-ask' })
  t.deepEqual([offered(scene, 'a'), offered(scene, 'b')], [[3], [3]], 'one delta of one origin')
  deliver(4, 6)
  scene.frame('b', { kind: 'snapshot-ask' })
  t.deepEqual(offered(scene, 'b'), [3, 3], 'it is being taken')
  scene.now += LATER_MS
  scene.frame('c', { kind: 'snapshot-ask' })
  t.deepEqual(offered(scene, 'c'), [6], 'nobody wants the old one any more')
  t.deepEqual(scene.rejects, [])
})
